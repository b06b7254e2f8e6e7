"""The record type of this room: `agreement.terms` (protocol, sections 9 and 10)."""

from collections.abc import Iterator
from functools import lru_cache

from registry.ledger.facts import Recorded
from registry.ledger.position import Fact, Position
from registry.ledger.types import RecordType
from registry.proofs.number import number_of
from registry.proofs.record import Record
from registry.proofs.trust import Scope
from registry.representation.model.agreement import Agreement
from registry.representation.tables import agreement_legs
from registry.representation.terms import TERMS, check_terms, terms_of

AGREEMENTS_REMEMBERED = 4096


def project_terms(record: Record, position: Position) -> Iterator[Fact]:
    """A row a leg, found by grantor and by grantee."""
    for leg in terms_of(record).legs:
        yield Fact(
            table=agreement_legs,
            row={
                "log": position.log,
                "position": position.index,
                "leg": leg.index,
                "grantor": leg.grantor,
                "grantee": leg.grantee,
                "valid_from": leg.valid.start,
                "valid_to": leg.valid.end,
            },
        )


def agreement_of(recorded: Recorded) -> Agreement:
    """The agreement that a record states."""
    return _read(recorded.record.canonical)


@lru_cache(maxsize=AGREEMENTS_REMEMBERED)
def _read(canonical: bytes) -> Agreement:
    """Read once: what these bytes state never changes, and questions ask for them again."""
    record = Record.from_bytes(canonical)
    return Agreement(digest=record.digest, number=number_of(record.digest), terms=terms_of(record))


RECORD_TYPES = (
    RecordType(
        name=TERMS,
        scope=Scope.AGREEMENTS,
        check=check_terms,
        project=project_terms,
    ),
)
