"""Territories, agreements and answers, as they go over the wire."""

from typing import Any

from pydantic import Field

from api.schemas.organisations import Id, Name
from api.schemas.records import NUMBER, Closed


class InWords(Closed):
    """A text in both languages."""

    en: str
    zh: str


class TerritoryWarning(Closed):
    """What should be known of an item of the list."""

    code: str
    item: str
    en: str
    zh: str


class Territories(Closed):
    """A list of territories on a day: its countries, and as few territories as hold them."""

    expression: str = Field(description="as it was understood, in TIS numbers")
    on: str
    data_version: str = Id
    leaves: list[int] = Field(description="TIS numbers of countries, ascending")
    compressed: list[int] = Field(description="the same, a group for all its members of the day")
    names: dict[str, InWords]
    warnings: list[TerritoryWarning]


class Party(Closed):
    """A party of an agreement, with the names that its profile gives."""

    organisation: str = Id
    names: list[Name]


class Evidence(Closed):
    """A record, where it stands, and the proof that it stands there."""

    number: str = Field(pattern=NUMBER)
    digest: str = Id
    log: str = Id
    index: int
    recorded_at: str | None
    proof: str
    anchor: dict[str, Any] | None


class Agreement(Closed):
    """An agreement as both parties signed it; `recorded_at` is null until its anchor is final."""

    number: str = Field(pattern=NUMBER)
    digest: str = Id
    parties: list[Party]
    family: str
    legs: list[dict[str, Any]]
    filing: dict[str, Any] | None
    issued_at: str
    recorded_at: str | None


class AgreementWithEvidence(Agreement):
    """An agreement with its proof."""

    evidence: Evidence


class Agreements(Closed):
    """Agreements in the order in which they were recorded."""

    agreements: list[Agreement]


class Reason(Closed):
    """Why, for which territories; `leg` counts from 1."""

    code: str
    territories: list[int]
    right: str | None
    agreement: str | None
    digest: str | None
    leg: int | None
    field: str | None
    expected: str | None
    actual: str | None
    en: str
    zh: str


class NearMiss(Closed):
    """The leg that fails the fewest predicates, and what would make it a yes."""

    agreement: str
    digest: str = Id
    leg: int
    right: str
    failed: list[str]
    would_be_yes_if: InWords


class Result(Closed):
    """The answer, why, on what evidence, and as of what state of the ledger.

    `result_hash` is the SHA-256 of the canonical JSON (RFC 8785) of query, answer, reasons,
    nearest, territories and stands_on.
    """

    query: dict[str, Any]
    answer: str = Field(pattern="^(YES|CONDITIONAL|CONTESTED|UNKNOWN|NO|PARTIAL)$")
    sentence: InWords
    reasons: list[Reason]
    nearest: list[NearMiss]
    territories: dict[str, list[int]] = Field(description="TIS numbers by answer")
    names: dict[str, InWords]
    evidence: list[Evidence]
    stands_on: dict[str, Any]
    result_hash: str = Id
