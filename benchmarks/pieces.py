"""Where the time of a submission goes: each piece alone, in microseconds.

The pieces are those of `registry.ledger.door` and `registry.ledger.append`, called as they call
them. What HTTP costs is measured at the door, on a route that does nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import orjson

from benchmarks import drafts
from benchmarks.limits import Limits
from benchmarks.log import empty_log
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, rate
from registry.bootstrap import RECORD_TYPES
from registry.ledger.append import Appender
from registry.ledger.clock import ClockGuard, SystemClock
from registry.ledger.facts import Recording
from registry.organisations.service import Organisations
from registry.proofs.receipt import Receipt
from registry.proofs.record import LedgerId, require_nfc
from registry.proofs.signature import verify_signatures
from registry.proofs.submission import Submission, parse_submission
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database

LEDGER = LedgerId(sha256(b"a ledger that is measured").digest())
KIND = RECORD_TYPES["work.registration"]
CLOCK_BOUND_S = 120
GROUPS = (1, 10, 100)
# Groups that are written before the clock runs, and while it does.
WARM_UP, MEASURED = 5, 15


def measure(folder: Path, scale: Scale, limits: Limits) -> Group:
    """Measure each piece in this process."""
    receipt, written = _written(folder, limits)
    told = rate(lambda: orjson.dumps(receipt.to_json()), seconds=scale.seconds)
    return Group(
        title="The pieces of a submission, each alone",
        headings=("what", "one submission", "limit of this machine", "ratio"),
        figures=[*_checked(scale, limits), *written, _figure("receipt as JSON", 1 / told)],
    )


def _checked(scale: Scale, limits: Limits) -> Iterator[Figure]:
    body = drafts.submissions(LEDGER, 1)[0]
    submission = parse_submission(body)
    record, signatures = submission.record, submission.signatures
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("door: parse, compare with the canonical bytes, digest", lambda: parse_submission(body)),
        ("door: text in normal form C", lambda: require_nfc(record.body, "record.body")),
        ("door: rules of the type", lambda: KIND.check(record)),
    )
    for what, step in steps:
        yield _figure(what, 1 / rate(step, seconds=scale.seconds))
    verified = 1 / rate(lambda: verify_signatures(record, signatures), seconds=scale.seconds)
    yield _figure("door: statement and signature", verified, limits.recoveries, "a bare recovery")


def _written(folder: Path, limits: Limits) -> tuple[Receipt, list[Figure]]:
    """A receipt, and what the writer costs in groups of several sizes."""
    figures = []
    for group in GROUPS:
        bodies = drafts.submissions(LEDGER, group * (WARM_UP + MEASURED))
        waiting = [parse_submission(body) for body in bodies]
        receipt, seconds = _append(folder / f"{group}.sqlite3", waiting, group)
        bare = limits.commits if group == 1 else limits.rows
        named = "a bare commit" if group == 1 else "a bare row in a group"
        figures.append(_figure(f"writer: in groups of {group}", seconds, bare, named))
    return receipt, figures


def _append(path: Path, waiting: list[Submission], group: int) -> tuple[Receipt, float]:
    """The writer on a database of its own: a receipt, and the seconds of one submission."""
    with closing(Database(open_engine(f"sqlite:///{path}"))) as database:
        upgrade(database.engine)
        guard = ClockGuard(SystemClock(), CLOCK_BOUND_S)
        log = empty_log()
        recording = Recording(database, RECORD_TYPES, Organisations(database), lambda: 0)
        appender = Appender(database, log, recording, guard, group_limit=group)
        early = [appender.append(submission, KIND) for submission in waiting[: group * WARM_UP]]
        appender.start()
        receipt = next(future.result() for future in early).receipt
        appender.stop()
        appender = Appender(database, log, recording, guard, group_limit=group)
        late = [appender.append(submission, KIND) for submission in waiting[len(early) :]]
        start = perf_counter()
        appender.start()
        for future in late:
            future.result()
        seconds = perf_counter() - start
        appender.stop()
    return receipt, seconds / len(late)


def _figure(what: str, seconds: float, most: float | None = None, named: str = "") -> Figure:
    limit = None if most is None else 1e6 / most
    return Figure(what=what, value=seconds * 1e6, unit="µs", limit=limit, limited_by=named)
