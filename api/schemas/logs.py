"""The logs of the ledger, as they go over the wire."""

from pydantic import Field

from api.schemas.records import HEX32, Closed


class Trouble(Closed):
    """What keeps a log from being followed: a code, and a sentence that names the anchor."""

    code: str
    detail: str


class EntryFault(Closed):
    """An entry that counts for nothing here, and why."""

    index: int = Field(ge=0)
    digest: str = Field(pattern=HEX32)
    code: str
    detail: str


class FollowedLog(Closed):
    """A log: entries as anchored on the chain, and as verified and kept here."""

    log: str = Field(pattern=HEX32)
    origin: str
    organisation: str = Field(pattern=HEX32)
    own: bool = Field(description="whether this node writes it")
    anchored: int = Field(ge=0)
    followed: int = Field(ge=0)
    trouble: Trouble | None
    faults: list[EntryFault]


class Logs(Closed):
    """Every log that the chain knows, by id."""

    logs: list[FollowedLog]
