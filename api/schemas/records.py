"""Records, receipts and what is found of them, as they go over the wire."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

HEX32 = r"^0x[0-9a-f]{64}$"
NUMBER = r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$"


class Closed(BaseModel):
    """An object without further fields."""

    model_config = ConfigDict(extra="forbid")


class Submission(Closed):
    """What the door takes; the whole body in canonical form (RFC 8785)."""

    record: dict[str, Any] = Field(description="the record, protocol section 1")
    signatures: list[dict[str, Any]] = Field(description="one a signer, in their order")


class Receipt(Closed):
    """What the door answers: the record is durable and stands at `index` of `log`."""

    number: str = Field(pattern=NUMBER)
    digest: str = Field(pattern=HEX32)
    log: str = Field(pattern=HEX32)
    index: int = Field(ge=0)
    received_at: str
    proof: str = Field(description="a C2SP tlog-proof")


class FoundRecord(Closed):
    """A record and where it stands, in the own log or in one that is followed.

    `record` and `signatures` are null where the bytes are not here: sealed, or withheld.
    """

    number: str = Field(pattern=NUMBER)
    digest: str = Field(pattern=HEX32)
    type: str
    visibility: Literal["public", "sealed"]
    log: str = Field(pattern=HEX32)
    index: int = Field(ge=0)
    received_at: str | None = Field(description="by the clock of this node, of its own log only")
    state: Literal["received", "anchored", "final"]
    recorded_at: str | None = Field(description="time of the block that anchored it, when final")
    proof: str = Field(description="a C2SP tlog-proof, the best that there is now")
    fault: str | None = Field(description="why the record does not count, as a code")
    record: dict[str, Any] | None
    signatures: list[dict[str, Any]] | None
    later: list[str] = Field(description="digests of the records that speak about it, in log order")


class Records(Closed):
    """All records that a look-up found."""

    records: list[FoundRecord]


class Problem(BaseModel):
    """An error (RFC 9457) with its code, what to do, and the fields at fault."""

    type: str
    title: str
    title_zh: str
    status: int
    detail: str
    code: str
    do: str
    do_zh: str
    errors: list[dict[str, str]]


class BatchAnswer(Closed):
    """The answer to one line of a batch."""

    line: int = Field(ge=1)
    status: int
    receipt: Receipt | None = None
    problem: Problem | None = None
