"""A verification, as it goes over the wire."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.records import HEX32, Closed


class Verification(Closed):
    """What is to be verified: a certificate, and the SHA-256 of the file that is at hand."""

    certificate: dict[str, Any] = Field(description="as GET /api/v1/certificates gives it")
    content_sha256: str | None = Field(default=None, pattern=HEX32)


class Check(Closed):
    """One of the nine: its outcome, what was found, and what to do about it."""

    number: int = Field(ge=1, le=9)
    name: str
    title_en: str
    title_zh: str
    outcome: Literal["passed", "failed", "warning", "could-not-check"]
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


class Life(Closed):
    """What later records say of the subject; each is named by its digest."""

    withdrawn_by: str | None
    superseded_by: str | None
    transferred_by: str | None
    disputed_by: list[str]
    disputes_beside: int = Field(description="disputes that are noted and not admitted")
    ignored: int = Field(description="related records that do not hold")


class TrustRoot(Closed):
    """The trust file that was used: the node's own, as `/api/v1/trust` gives it at `block`."""

    digest: str = Field(pattern=HEX32)
    ledger: str = Field(pattern=HEX32)
    block: int


class Verified(Closed):
    """Nine checks in their order, the verdict over them, and on whose word it rests."""

    verdict: str
    verdict_zh: str
    exit: int = Field(description="0 valid or superseded, 1 not valid or withdrawn, 3 not checked")
    single_operator: bool = Field(description="nobody but the log's own operator vouches for it")
    number: str | None
    digest: str | None = Field(description="null where nothing of the record may be shown")
    received_at: str | None
    as_of: str | None
    checks: list[Check]
    life: Life
    regions: list[str] = Field(description="regions whose cosignature was verified")
    anchor_block: int | None
    trust: TrustRoot
