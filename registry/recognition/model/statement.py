"""What a recognition may say: another region's body about a published case, for reference only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.proofs.number import matches
from registry.proofs.record import Digest
from registry.recognition.model.codes import code_list, effect
from registry.recognition.model.faults import Fault
from registry.recognition.model.numbers import Reference
from registry.recognition.model.status import DATE_LINE
from registry.recognition.model.texts import anchors, enforcement_faults


class Decision(StrEnum):
    """What the recognising body decided."""

    FULL = "full"
    PARTIAL = "partial"
    CONDITIONAL = "conditional"
    REFUSED = "refused"
    DEFERRED = "deferred"


RELYING = frozenset((Decision.FULL, Decision.PARTIAL, Decision.CONDITIONAL))
"""Decisions by which the recognising body builds on the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition with the day by which it is due and the day on which it was met."""

    no: int
    text: Mapping[str, str]
    due: date
    met_at: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A recognition statement; texts are by language. `recognised` is the version looked at."""

    reference: Reference
    recognised: Digest
    recognised_number: str
    subject_hash: bytes
    decision: str
    scope: Sequence[str]
    conditions: Sequence[Condition]
    reason_codes: Sequence[str]
    reasons: Mapping[str, str]
    legal_basis: Sequence[str]
    reciprocity: str | None
    adjustments: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    effect: str

    @property
    def relies(self) -> bool:
        """Whether the recognising body builds on the case."""
        return self.decision in RELYING


def faults(statement: Statement, issued_on: date) -> Iterator[Fault]:
    """Each rule that a recognition statement breaks; `issued_on` is the day of its record."""
    yield from _effect_faults(statement)
    yield from code_list("decision").faults(statement.decision, "body.decision")
    yield from _decision_faults(statement)
    yield from _condition_faults(statement, issued_on)
    yield from _date_faults(statement, issued_on)
    yield from anchors(statement.scope, "body.scope", "REC_INVALID")
    for place, code in enumerate(statement.reason_codes):
        yield from code_list("reason").faults(code, f"body.reason_codes[{place}]")
    if statement.subject_hash != statement.recognised:
        yield Fault("REC_INVALID", "body.subject_hash", "is not the digest in recognised")
    if not matches(statement.recognised_number, statement.recognised):
        yield Fault("REC_INVALID", "body.recognised_number", "is not the number of recognised")


def _effect_faults(statement: Statement) -> Iterator[Fault]:
    if statement.effect != effect().code:
        yield Fault("REC_CLAIMS_ENFORCEMENT", "body.effect", f"is {effect().code} and nothing else")
    texts = {f"body.reasons.{lang}": text for lang, text in statement.reasons.items()}
    for place, condition in enumerate(statement.conditions):
        path = f"body.conditions[{place}].text"
        texts |= {f"{path}.{lang}": text for lang, text in condition.text.items()}
    texts |= {f"body.adjustments.{name}": text for name, text in statement.adjustments.items()}
    texts |= {f"body.legal_basis[{i}]": text for i, text in enumerate(statement.legal_basis)}
    if statement.reciprocity is not None:
        texts["body.reciprocity"] = statement.reciprocity
    yield from enforcement_faults(texts)


def _decision_faults(statement: Statement) -> Iterator[Fault]:
    decision = statement.decision
    if decision == Decision.PARTIAL and not statement.scope:
        reason = "a case recognised in part: name the parts, as #issue1"
        yield Fault("REC_SCOPE_EMPTY", "body.scope", reason)
    if decision == Decision.FULL and statement.scope:
        yield Fault("REC_INVALID", "body.scope", "is empty where the whole case is recognised")
    if decision == Decision.REFUSED and not statement.reason_codes:
        yield Fault("REC_REFUSAL_NO_REASON", "body.reason_codes", "a refusal names its reasons")
    if decision == Decision.CONDITIONAL and not statement.conditions:
        reason = "a recognition on conditions names them"
        yield Fault("REC_CONDITION_NONE", "body.conditions", reason)
    if decision != Decision.CONDITIONAL and statement.conditions:
        reason = f"is empty where the decision is {decision}"
        yield Fault("REC_INVALID", "body.conditions", reason)
    if len(set(statement.reason_codes)) < len(statement.reason_codes):
        yield Fault("REC_INVALID", "body.reason_codes", "names a reason twice")


def _condition_faults(statement: Statement, issued_on: date) -> Iterator[Fault]:
    for place, condition in enumerate(statement.conditions):
        path = f"body.conditions[{place}]"
        if condition.no != place + 1:
            yield Fault("REC_INVALID", f"{path}.no", "counts up from 1")
        if not condition.text:
            yield Fault("REC_INVALID", f"{path}.text", "says what is wanted")
        if condition.met_at is not None and condition.met_at > issued_on + DATE_LINE:
            yield Fault("REC_INVALID", f"{path}.met_at", "is still to come")


def _date_faults(statement: Statement, issued_on: date) -> Iterator[Fault]:
    end = statement.valid_to
    if end is None:
        return
    if end < statement.valid_from:
        yield Fault("DATES_REVERSED", "body.valid_to", "is earlier than valid_from")
    elif end < issued_on - DATE_LINE:
        yield Fault("REC_EXPIRED", "body.valid_to", "is over before the statement is made")
    for place, condition in enumerate(statement.conditions):
        if condition.due > end:
            reason = "is later than valid_to: nothing is left to be met"
            yield Fault("DATES_REVERSED", f"body.conditions[{place}].due", reason)
