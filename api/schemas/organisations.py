"""Organisations and societies, as they go over the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.records import HEX32, Closed

Id = Field(pattern=HEX32)


class Name(Closed):
    """A name in one language (BCP 47)."""

    text: str
    lang: str


class Identifier(Closed):
    """A name that somebody else gave the organisation, as CISAC 119."""

    scheme: str
    value: str


class ProfileName(Closed):
    """The record in which the organisation says this of itself."""

    digest: str = Id
    number: str


class Key(Closed):
    """A signing key: what it may sign, and the window [from, until) in which it may."""

    key: str
    scopes: list[str]
    from_: str = Field(alias="from")
    until: str | None
    contested_since: str | None


class OrganisationLog(Closed):
    """A log of the organisation; the last one is open."""

    log: str = Id
    origin: str
    vkey: str
    open: bool


class Span(Closed):
    """A time [from, until)."""

    from_: str = Field(alias="from")
    until: str


class Organisation(Closed):
    """Region, kinds, keys and logs as the chain has them; the rest from the profile in force."""

    id: str = Id
    region: str
    kinds: list[str]
    status: Literal["active", "suspended"]
    voice: bool = Field(description="whether it speaks for its region")
    names: list[Name]
    identifiers: list[Identifier]
    contact: str | None
    endpoints: list[str]
    profile: ProfileName | None
    keys: list[Key]
    logs: list[OrganisationLog]
    witness: str | None
    suspensions: list[Span]


class Organisations(Closed):
    """Organisations in order of their admission."""

    organisations: list[Organisation]


class Membership(Closed):
    """A membership [from, until): first day of its first year, first day after its last year."""

    from_: str | None = Field(alias="from")
    until: str | None


class Society(Closed):
    """A society of CISAC's list as it stood on `listed_on`; the list knows years, not days."""

    code: str
    name: str
    former_names: list[str]
    status: str
    country: str | None
    repertoire: list[str]
    member: Membership | None
    member_on: bool | None = Field(description="null: the list does not tell, or no day was named")
    note: str
    listed_on: str
    organisations: list[str]
