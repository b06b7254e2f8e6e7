"""What a verification says: nine checks, the verdict, the exit code, the trust root it used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.proofs import hexes, shape
from registry.proofs.record import Digest, Record

NAMES = (
    "format",
    "content",
    "signatures",
    "authority",
    "inclusion",
    "checkpoint",
    "anchor",
    "time",
    "status",
)
"""The nine checks in order; check 1 is the first."""


class Outcome(StrEnum):
    """How a check ended; a warning counts as checked."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    COULD_NOT_CHECK = "could-not-check"


class Verdict(StrEnum):
    """The one word on the whole certificate."""

    NOT_VALID = "not valid"
    COULD_NOT_CHECK = "could not check fully"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    DISPUTED = "valid but disputed"
    PENDING = "valid, confirmation pending"
    VALID = "valid"

    @property
    def exit_code(self) -> int:
        """What `comity verify` ends with; 2 is kept for wrong use."""
        return _EXIT_CODES[self]

    @property
    def zh(self) -> str:
        """The verdict in Chinese."""
        return _CHINESE[self]


_EXIT_CODES = {
    Verdict.NOT_VALID: 1,
    Verdict.COULD_NOT_CHECK: 3,
    Verdict.WITHDRAWN: 1,
    Verdict.SUPERSEDED: 0,
    Verdict.DISPUTED: 0,
    Verdict.PENDING: 0,
    Verdict.VALID: 0,
}
_CHINESE = {
    Verdict.NOT_VALID: "无效",
    Verdict.COULD_NOT_CHECK: "未能完全核验",
    Verdict.WITHDRAWN: "已撤回",
    Verdict.SUPERSEDED: "已被取代",
    Verdict.DISPUTED: "有效，但存在争议",
    Verdict.PENDING: "有效，等待链上确认",
    Verdict.VALID: "有效",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        """The sentence as a JSON object."""
        return {"zh": self.zh, "en": self.en}


TITLES: Mapping[str, Text] = {
    "format": Text(en="format", zh="格式"),
    "content": Text(en="content", zh="内容"),
    "signatures": Text(en="signatures", zh="签名"),
    "authority": Text(en="authority", zh="权限"),
    "inclusion": Text(en="inclusion", zh="收录"),
    "checkpoint": Text(en="checkpoint", zh="检查点"),
    "anchor": Text(en="anchor", zh="链上锚定"),
    "time": Text(en="trusted time", zh="可信时间"),
    "status": Text(en="status", zh="状态"),
}
"""What people call each check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One of the nine: its outcome, what was found, and what to do about it."""

    number: int
    name: str
    outcome: Outcome
    sentence: Text
    remedy: Text

    def to_json(self) -> dict[str, Any]:
        """The check as a JSON object."""
        return {
            "number": self.number,
            "name": self.name,
            "outcome": self.outcome.value,
            "sentence": self.sentence.to_json(),
            "remedy": self.remedy.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What later records say of the subject, of those that count."""

    withdrawn_by: Digest | None = None
    superseded_by: Digest | None = None
    transferred_by: Digest | None = None
    disputed_by: tuple[Digest, ...] = ()
    disputes_beside: int = 0
    """Disputes that neither an organisation admitted nor another claimant signed."""
    ignored: int = 0
    """Related records that do not hold."""

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        return {
            "withdrawn_by": _hex_or_null(self.withdrawn_by),
            "superseded_by": _hex_or_null(self.superseded_by),
            "transferred_by": _hex_or_null(self.transferred_by),
            "disputed_by": [hexes.to_hex(digest) for digest in self.disputed_by],
            "disputes_beside": self.disputes_beside,
            "ignored": self.ignored,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRoot:
    """On whose word the verdict rests."""

    trust_file: bytes | None
    """SHA-256 of the trust file; None where there was none."""
    ledger: bytes | None
    block: int | None
    cosigned_by: tuple[str, ...]
    """Regions whose cosignature was verified."""
    anchor_block: int | None
    """The block of the chain in which the checkpoint was found."""
    single_operator: bool

    def to_json(self) -> dict[str, Any]:
        """The trust root as a JSON object."""
        return {
            "trust_file": _hex_or_null(self.trust_file),
            "ledger": _hex_or_null(self.ledger),
            "block": self.block,
            "cosigned_by": list(self.cosigned_by),
            "anchor_block": self.anchor_block,
            "single_operator": self.single_operator,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of a verification. `record` is None where nothing of it may be shown."""

    verdict: Verdict
    checks: tuple[Check, ...]
    number: str | None
    record: Record | None
    received_at: datetime | None
    as_of: datetime | None
    life: Life
    trust: TrustRoot

    @property
    def exit_code(self) -> int:
        """0 for the valid ones and superseded, 1 not valid or withdrawn, 3 not fully checked."""
        return self.verdict.exit_code

    @property
    def not_passed(self) -> Mapping[int, Outcome]:
        """The checks that did not pass, by number."""
        return {c.number: c.outcome for c in self.checks if c.outcome is not Outcome.PASSED}

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "verdict": self.verdict.value,
            "verdict_zh": self.verdict.zh,
            "exit": self.exit_code,
            "number": self.number,
            "digest": None if self.record is None else hexes.to_hex(self.record.digest),
            "record": None if self.record is None else self.record.to_json(),
            "received_at": _time_or_null(self.received_at),
            "as_of": _time_or_null(self.as_of),
            "checks": [check.to_json() for check in self.checks],
            "life": self.life.to_json(),
            "trust": self.trust.to_json(),
        }


def decide(outcomes: Sequence[Outcome], life: Life, *, single_operator: bool) -> Verdict:
    """The verdict over the outcomes of checks 1 to 9: the first rule that applies."""
    content_rests_on = outcomes[2:6]
    anchor, time = outcomes[6], outcomes[7]
    unknown = Outcome.COULD_NOT_CHECK
    if Outcome.FAILED in outcomes:
        return Verdict.NOT_VALID
    if unknown in content_rests_on or (single_operator and anchor is unknown and time is unknown):
        return Verdict.COULD_NOT_CHECK
    if life.withdrawn_by is not None:
        return Verdict.WITHDRAWN
    if life.superseded_by is not None:
        return Verdict.SUPERSEDED
    if life.disputed_by:
        return Verdict.DISPUTED
    return Verdict.VALID if anchor is Outcome.PASSED else Verdict.PENDING


def _hex_or_null(value: bytes | None) -> str | None:
    return None if value is None else hexes.to_hex(value)


def _time_or_null(moment: datetime | None) -> str | None:
    return None if moment is None else shape.time_text(moment)
