"""What the issuing body says of the standing of its case."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.recognition.model.codes import code_list
from registry.recognition.model.faults import Fault
from registry.recognition.model.texts import Text, same_language_twice

DATE_LINE = timedelta(days=1)


class Status(StrEnum):
    """How a case stands; anything but `active` is news to whoever relies on it."""

    ACTIVE = "active"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    UNDER_CHALLENGE = "under_challenge"
    WITHDRAWN = "withdrawn"
    CONFIRMATION_REFUSED = "confirmation_refused"
    CONFIRMATION_REVOKED = "confirmation_revoked"
    OVERRULED_BY_COURT = "overruled_by_court"
    SEALED = "sealed"


CLOSED = frozenset((Status.WITHDRAWN, Status.SEALED))
"""A case that is neither cited nor recognised any more, nor published anew."""

BY_COURT = frozenset(
    (Status.CONFIRMATION_REFUSED, Status.CONFIRMATION_REVOKED, Status.OVERRULED_BY_COURT)
)
"""What a court decided: its decision is named as the basis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A change of status: it counts from its recorded time, `effective_on` says what it means."""

    status: str
    reason: Sequence[Text]
    basis: str | None
    effective_on: date


def faults(change: StatusChange, issued_on: date) -> Iterator[Fault]:
    """Each rule that a change of status breaks; `issued_on` is the day of its record."""
    yield from code_list("status").faults(change.status, "body.status")
    yield from same_language_twice(change.reason, "body.reason", "CASE_INVALID")
    if change.status in BY_COURT and change.basis is None:
        yield Fault("CASE_INVALID", "body.basis", "names the court's decision")
    if change.effective_on > issued_on + DATE_LINE:
        reason = "is still to come; state the change once it is in effect"
        yield Fault("CASE_INVALID", "body.effective_on", reason)
