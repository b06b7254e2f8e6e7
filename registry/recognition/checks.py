"""What each of this room's records must satisfy by itself, whoever looks at it.

The door asks this of everybody, a node asks it of what another node recorded, and the command line
before it signs. What depends on other records is the fold's to decide.
"""

from collections.abc import Callable, Iterator, Mapping

from registry.proofs.record import Record, Visibility
from registry.recognition import bodies
from registry.recognition.model import citation, publication, statement, status
from registry.recognition.model.faults import Fault, raise_any
from registry.recognition.model.publication import Summary


def check_publication(record: Record) -> None:
    """The rules of `case.publication`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CASE_INVALID"))
    raise_any(_continues(record, "CASE_INVALID"))
    summary = bodies.summary_of(record)
    raise_any(_version_faults(record, summary))
    raise_any(publication.faults(summary, bodies.issued_on(record)))


def check_status(record: Record) -> None:
    """The rules of `case.status`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CASE_INVALID"))
    for name in ("subject", "previous"):
        if getattr(record, name) is None:
            reason = "names the case, and what was said of it last"
            raise Fault("CASE_INVALID", name, reason).error()
    raise_any(status.faults(bodies.change_of(record), bodies.issued_on(record)))


def check_citation(record: Record) -> None:
    """The rules of `citation.statement`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CIT_INVALID"))
    for name in ("subject", "previous"):
        if getattr(record, name) is not None:
            raise Fault("CIT_INVALID", name, f"is null in a {record.type}").error()
    raise_any(citation.faults(bodies.citation_of(record)))


def check_recognition(record: Record) -> None:
    """The rules of `recognition.statement`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "REC_INVALID"))
    raise_any(_continues(record, "REC_INVALID"))
    raise_any(statement.faults(bodies.statement_of(record), bodies.issued_on(record)))


CHECKS: Mapping[str, Callable[[Record], None]] = {
    "case.publication": check_publication,
    "case.status": check_status,
    "citation.statement": check_citation,
    "recognition.statement": check_recognition,
}


def _envelope(record: Record, code: str) -> Iterator[Fault]:
    if record.visibility is not Visibility.PUBLIC:
        yield Fault(code, "visibility", f"a {record.type} is public")
    if len(record.signers) != 1 or record.signers[0].organisation is None:
        yield Fault(code, "signers", "one organisation signs, and nobody beside it")


def _continues(record: Record, code: str) -> Iterator[Fault]:
    if (record.subject is None) != (record.previous is None):
        reason = "is null in the first statement, and names the one before in a later"
        yield Fault(code, "previous", reason)


def _version_faults(record: Record, summary: Summary) -> Iterator[Fault]:
    if (summary.version.number == 1) != (record.subject is None):
        reason = "is @1 in a first publication, and counts up in those that correct it"
        yield Fault("CASE_VERSION_WRONG", "body.id", reason)
