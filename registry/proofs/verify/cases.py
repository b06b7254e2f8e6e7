"""Check 9 for published cases and recognitions: what their own bodies said of them later.

A case's line runs from its first publication along `previous`, its changes of status likewise; a
record counts when it names the latest of its type (the first publication, where there is none) and
the body that published the case signed it. A recognition is replaced by the next statement of the
body that made it.
"""

from collections.abc import Iterable, Sequence

from registry.proofs.record import Digest, Record
from registry.proofs.trust import Trust
from registry.proofs.verify.authority import speaks_with_scope
from registry.proofs.verify.report import Life
from registry.proofs.verify.weigh import Weighed

PUBLICATION, STATUS = "case.publication", "case.status"
RECOGNITION = "recognition.statement"
CASE_TYPES = frozenset((PUBLICATION, STATUS, RECOGNITION))

_WITHDRAWN = frozenset(("withdrawn", "sealed"))
_REPLACED = frozenset(("corrected", "superseded"))
_ACTIVE = "active"


def case_life(main: Record, items: Sequence[Weighed], trust: Trust | None, ignored: int) -> Life:
    """What `items`, in order, say of a case's publication, of a change of status or a recognition.

    Whatever else the issuing body says (under challenge, overruled, confirmation refused or
    revoked) is a dispute that it admitted itself.
    """
    records = [main, *(each.record for each in items if each.record.digest != main.digest)]
    founding = next((each for each in records if each.digest == main.founds), main)
    spoken = [item for item in items if _by_its_body(item, founding, trust)]
    own = [item.record for item in spoken if item.record.subject == main.founds]
    line = _line(main.type, founding, own)
    following = _after(main, line)
    if main.type != PUBLICATION:
        return Life(superseded_by=following, ignored=ignored)
    changes = _line(STATUS, founding, own)
    status = str(changes[-1].body.get("status")) if changes else _ACTIVE
    changed = changes[-1].digest if changes else None
    if following is None and status in _REPLACED:
        following = changed
    admitted = changed is not None and status not in _WITHDRAWN | _REPLACED | {_ACTIVE}
    return Life(
        withdrawn_by=changed if status in _WITHDRAWN else None,
        superseded_by=following,
        disputed_by=(changed,) if admitted and changed is not None else (),
        ignored=ignored,
    )


def _line(record_type: str, founding: Record, records: Iterable[Record]) -> list[Record]:
    """The records of a type that count, in order; one is tried again after those it follows."""
    line: list[Record] = []
    waiting = [each for each in records if each.type == record_type]
    latest = founding.digest
    while following := next((each for each in waiting if each.previous == latest), None):
        line.append(following)
        waiting.remove(following)
        latest = following.digest
    return line


def _after(main: Record, line: Sequence[Record]) -> Digest | None:
    """The last of the line, where it came after `main`."""
    if not line or line[-1].digest == main.digest:
        return None
    digests = [each.digest for each in line]
    later = main.digest in digests or main.digest == main.founds
    return digests[-1] if later else None


def _by_its_body(item: Weighed, founding: Record, trust: Trust | None) -> bool:
    """Whether the body that founded it signed, with a key that may, as far as that is known."""
    bodies = {signer.organisation for signer in founding.signers}
    signers = item.record.signers
    if {signer.organisation for signer in signers} != bodies or None in bodies:
        return False
    time = None if item.judgement is None else item.judgement.quorum_at
    return trust is None or all(
        speaks_with_scope(signer, item.record.type, trust, time) for signer in signers
    )
