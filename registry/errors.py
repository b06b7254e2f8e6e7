"""The one family of errors, and whose move it is.

    RegistryError
    ├── InvalidInput      the caller must change what it sent
    ├── NotAuthorised     signature, key or authority does not carry the request
    ├── NotFound          nothing here by that name
    ├── Conflict          what is already recorded disagrees: look again, then decide
    ├── TooLarge          the caller must send less
    ├── QuotaExceeded     the caller must wait (`retry_after` seconds)
    ├── Unavailable       the node cannot now: wait and repeat, nothing was lost
    └── Damaged           the operator must look: stored data or a peer is not what it should be

Every code has an entry in `error_codes.toml` (English, Chinese, what to do next). HTTP numbers are
the business of `api/problems.py`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Field:
    """One place in the input and what is wrong there; `path` like `body.title[0].text`."""

    path: str
    reason: str


class RegistryError(Exception):
    """Something Comity refuses or cannot do, with a stable code and a sentence that says why."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: Sequence[Field] = (),
        retry_after: int | None = None,
    ) -> None:
        """`code` is UPPER_SNAKE and catalogued; `retry_after` is in seconds."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.fields = tuple(fields)
        self.retry_after = retry_after


class InvalidInput(RegistryError):
    """The caller must change what it sent."""


class NotAuthorised(RegistryError):
    """The signature, the key or the organisation does not carry the request."""


class NotFound(RegistryError):
    """Nothing here by that name."""


class Conflict(RegistryError):
    """What is already recorded disagrees with the request."""


class TooLarge(RegistryError):
    """The caller must send less."""


class QuotaExceeded(RegistryError):
    """The caller must wait."""


class Unavailable(RegistryError):
    """The node, or a part of it, cannot do this now; nothing was changed."""


class Damaged(RegistryError):
    """Stored data, a peer or a chain is not what it must be; the operator has to look."""


def unforeseen(exc: Exception) -> RegistryError:
    """What is told of a failure that nobody foresaw; where it was caught, it is logged whole."""
    return RegistryError("NODE_FAILED", f"an unforeseen {type(exc).__name__}; the log says more")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means and what to do next, in both languages."""

    en: str
    zh: str
    do_en: str
    do_zh: str


@cache
def catalogue() -> Mapping[str, Explanation]:
    """Every error code with its explanation, from `error_codes.toml`."""
    text = Path(__file__).with_name("error_codes.toml").read_text(encoding="utf-8")
    return {code: Explanation(**entry) for code, entry in tomllib.loads(text).items()}
