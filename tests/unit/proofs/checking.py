"""Short hands for the tests of the nine checks."""

from typing import Any

from registry.proofs.record import Digest, Record
from registry.proofs.verify import Outcome, Report, verify
from registry.proofs.verify.inputs import fingerprint
from tests.unit.proofs.world import (
    FILE,
    World,
    person,
    to_bytes,
)

UNKNOWN, FAILED, WARNING = Outcome.COULD_NOT_CHECK, Outcome.FAILED, Outcome.WARNING
OFFLINE = {7: UNKNOWN, 8: UNKNOWN}


def check(world: World, record: Record, **more: Any) -> Report:
    """Verify the record's certificate with its file; `more` of both."""
    views = {name: more.pop(name) for name in ("chain", "status", "trust") if name in more}
    certificate = to_bytes(world.certificate(record, **more))
    views.setdefault("trust", world.trust)
    return verify(certificate, content=fingerprint(FILE), **views)


def sentence(report: Report, number: int) -> str:
    return report.checks[number - 1].sentence.en


def step(world: World, work: Record, type: str, *keys: bytes, **more: Any) -> Record:
    """A later record on the work, by the keys, following `previous` or the work."""
    previous: Digest | None = more.pop("previous", work.digest)
    body = more.pop("body", {"reason": "x"})
    signers = more.pop("signers", [person(key) for key in keys])
    record = world.draft(type, signers, body, subject=work.digest, previous=previous)
    return world.append(record, *keys)
