"""Published cases, citations and recognitions, as they go over the wire."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.records import HEX32, NUMBER, Closed

REVIEW = (
    "review_required, indirectly_affected, information; null: nothing that it relies on changed"
)


class Coded(Closed):
    """A code of a list, in Chinese and English."""

    code: str
    zh: str
    en: str


class Passage(Closed):
    """A text in one language (BCP 47)."""

    text: str
    lang: str


class Speaker(Closed):
    """The body that said it; names from its profile."""

    organisation: str = Field(pattern=HEX32)
    region: str | None
    names: list[Passage]


class Issuer(Speaker):
    """The body that published the case, and its station."""

    station: str


class Counts(Closed):
    """How the case was treated, by parts; never one score."""

    treatments: dict[str, int]
    citing_regions: dict[str, int]
    decisions: dict[str, int]
    recognising_regions: dict[str, int]


class Case(Closed):
    """A published case at one version."""

    id: str = Field(description="reference with version, as MCR:CN-46:QHCMS:2026:0000177@1")
    reference: str
    version: int
    latest: bool
    case: str = Field(pattern=HEX32, description="digest of the first publication: names the case")
    digest: str = Field(pattern=HEX32, description="digest of this version")
    number: str = Field(pattern=NUMBER)
    body: Issuer
    status: Coded
    recorded_at: str | None = Field(description="null while it is received and not final")
    summary: dict[str, Any] = Field(description="the body of the record")
    labels: dict[str, list[Coded]]
    counts: Counts
    review: str | None = Field(description=REVIEW)
    effect: Coded


class Log(Closed):
    """A log: how far the chain has it, how far it is known here."""

    log: str
    organisation: str
    anchored: int
    followed: int


class StandsOn(Closed):
    """The time, block and logs that an answer stands on."""

    known_at: str
    block: int
    logs: list[Log]


class Cases(Closed):
    """The cases that match, the one recorded last first; `total` over all pages."""

    cases: list[Case]
    total: int
    stands_on: StandsOn


class Said(Closed):
    """A record that says something of the case."""

    digest: str = Field(pattern=HEX32)
    number: str = Field(pattern=NUMBER)
    body: Speaker
    recorded_at: str | None


class Version(Closed):
    """A version of the case."""

    id: str
    digest: str
    number: str
    recorded_at: str | None
    latest: bool


class StatusChange(Said):
    """What the issuing body said of the case's standing."""

    status: Coded
    reason: list[Passage]
    basis: str | None
    effective_on: str


class NamedCase(Closed):
    """A case by its names."""

    id: str
    case: str
    number: str
    status: Coded


class Similarity(Closed):
    """The three limbs."""

    facts: str
    issues: str
    law: str


class Citation(Said):
    """A citation; `citing` is null while the citing body has not published its own case."""

    citing: NamedCase | None
    cited: NamedCase
    read: str = Field(description="the version that was read")
    outdated: bool = Field(description="a newer version of the cited case is out")
    treatment: Coded
    similarity: Similarity
    pinpoint: list[str]
    differences: list[Passage]
    reason: list[Passage]
    review: str | None = Field(description=REVIEW)


class Citations(Closed):
    """Citations of the case, and those that it makes."""

    received: list[Citation]
    made: list[Citation]


class Recognition(Said):
    """What a body of another region states; `statement` is the body of the record in force."""

    id: str
    recognition: str = Field(pattern=HEX32)
    recognised: str = Field(description="the version that it looked at")
    outdated: bool
    decision: Coded
    statement: dict[str, Any]
    reasons: list[Coded]
    earlier: list[str] = Field(description="digests of the statements that it replaced")
    review: str | None = Field(description=REVIEW)
    effect: Coded


class Marked(Closed):
    """A mark, and the case, recognition or citation that it is put on or comes from."""

    mark: Literal["review_required", "indirectly_affected", "information"]
    kind: Literal["case", "recognition", "citation"]
    id: str | None = None
    case: str | None = None
    status: Coded | None = None
    digest: str | None = None
    number: str
    body: Speaker | None = None
    recorded_at: str | None = None


class Refused(Said):
    """A record about the case that does not count, and why."""

    code: str
    reason: str


class Evidence(Closed):
    """A record, where it stands, and the proof of it."""

    number: str
    digest: str
    log: str
    index: int
    recorded_at: str | None
    proof: str
    anchor: dict[str, Any] | None


class WholeCase(Case):
    """A published case with all that was said of it."""

    versions: list[Version]
    statuses: list[StatusChange]
    citations: Citations
    recognitions: list[Recognition]
    reasons_for_review: list[Marked] = Field(description="changed cases that this one relies on")
    reached: list[Marked] = Field(description="whom this case's change of status reaches")
    refused: list[Refused]
    evidence: list[Evidence]
    evidence_left_out: int
    stands_on: StandsOn
