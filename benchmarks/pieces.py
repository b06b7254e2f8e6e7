"""Where the time of a submission goes: each piece alone, in microseconds of one core.

The pieces are those of `registry.ledger.door` and `registry.ledger.append`, called as they call
them. What HTTP costs is measured at a real node, on a route that does nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time

import orjson

from benchmarks import drafts, load
from benchmarks.limits import Limits
from benchmarks.log import empty_log
from benchmarks.node import Running, running
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, rate
from registry.bootstrap import RECORD_TYPES
from registry.ledger.append import Appended, Appender
from registry.ledger.clock import ClockGuard, SystemClock
from registry.proofs.record import LedgerId, require_nfc
from registry.proofs.signature import verify_signatures
from registry.proofs.submission import Submission, parse_submission
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database

LEDGER = LedgerId(sha256(b"a ledger that is measured").digest())
KIND = RECORD_TYPES["work.registration"]
CLOCK_BOUND_S = 120
HEADINGS = ("what", "one submission", "limit of this machine", "ratio")


def measure(folder: Path, scale: Scale, limits: Limits) -> Group:
    """Measure each piece; the rows before the last two add up to a submission, near enough."""
    return Group(
        title="Where the time of a submission goes: each piece alone, one core",
        headings=HEADINGS,
        figures=[
            *_checked(scale, limits),
            *_written(folder, scale, limits),
            *_served(folder, scale, limits),
        ],
    )


def _checked(scale: Scale, limits: Limits) -> Iterator[Figure]:
    body = drafts.submissions(LEDGER, 1)[0]
    submission = parse_submission(body)
    record, signatures = submission.record, submission.signatures
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("parse, compare with the canonical bytes, digest", lambda: parse_submission(body)),
        ("text in normal form C", lambda: require_nfc(record.body, "record.body")),
        ("rules of the type", lambda: KIND.check(record)),
    )
    for what, step in steps:
        yield _figure(what, 1 / rate(step, seconds=scale.seconds))
    verified = 1 / rate(lambda: verify_signatures(record, signatures), seconds=scale.seconds)
    yield _figure("signature: statement and key recovery", verified, limits.recoveries, "recovery")


def _written(folder: Path, scale: Scale, limits: Limits) -> Iterator[Figure]:
    waiting = [parse_submission(b) for b in drafts.submissions(LEDGER, min(1000, scale.entries))]
    given, seconds, processor = _append(folder, waiting)
    yield _figure("write: place, commit, sign, prove (processor time)", processor, limits.rows, "row")
    yield _figure("write: as the clock has it, the disk included", seconds, limits.rows, "row")
    receipt = given[0].receipt
    told = rate(lambda: orjson.dumps(receipt.to_json()), seconds=scale.seconds)
    yield _figure("receipt as JSON", 1 / told)


def _append(folder: Path, waiting: list[Submission]) -> tuple[list[Appended], float, float]:
    """The writer on a database of its own: answers, seconds and processor seconds of each."""
    with closing(Database(open_engine(f"sqlite:///{folder / 'pieces.sqlite3'}"))) as database:
        upgrade(database.engine)
        guard = ClockGuard(SystemClock(), CLOCK_BOUND_S)
        appender = Appender(database, empty_log(), guard, group_limit=50)
        start, used = perf_counter(), process_time()
        futures = [appender.append(submission, KIND) for submission in waiting]
        appender.start()
        given = [future.result() for future in futures]
        seconds, processor = perf_counter() - start, process_time() - used
        appender.stop()
    return given, seconds / len(given), processor / len(given)


def _served(folder: Path, scale: Scale, limits: Limits) -> Iterator[Figure]:
    with running(folder) as node:
        yield from _routes(node, folder, scale, limits)


def _routes(node: Running, folder: Path, scale: Scale, limits: Limits) -> Iterator[Figure]:
    for what, path in (("HTTP, a route that answers at once", "/healthz"),):
        before = node.processor_seconds()
        done = load.get(folder, node.port, 50, [path] * scale.reads)
        after = node.processor_seconds()
        if before is None or after is None:
            yield _figure(what, done.seconds / len(done.latencies), limits.exchanges, "exchange")
        else:
            used = (after - before) / len(done.latencies)
            yield _figure(what, used, limits.exchanges, "exchange")


def _figure(what: str, seconds: float, most: float | None = None, named: str = "") -> Figure:
    return Figure(
        what=what,
        value=seconds * 1e6,
        unit="µs",
        limit=None if most is None else 1e6 / most,
        limited_by=f"a bare {named}" if named else "",
    )
