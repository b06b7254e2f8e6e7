"""Submissions and reads over HTTP: a real node, a generator beside it, every answer looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

import orjson

from benchmarks import drafts, load
from benchmarks.limits import Limits
from benchmarks.load import Load
from benchmarks.node import Running, running
from benchmarks.results import Figure, Group
from benchmarks.timing import REPEATS, Scale, percentile
from registry.proofs.receipt import Receipt, parse_receipt

WARM_UP = 300
CONNECTIONS = (50, 200)
NDJSON = "application/x-ndjson"
UNTIL_FINAL = {"Prefer": "wait=60"}
NOTHING = "a route that looks nothing up (/healthz)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a load came to, and the node's processor time for one exchange in seconds."""

    load: Load
    processor: float | None

    def figures(self, what: str, most: float, limited_by: str) -> Iterator[Figure]:
        """The rate beside `most` a second, and what one exchange took of time."""
        yield Figure(what=what, value=self.load.rate, unit="/s", limit=most, limited_by=limited_by)
        for name, share in (("p50", 0.50), ("p99", 0.99)):
            value = percentile(self.load.latencies, share) * 1000
            yield Figure(what=f"{what}: {name}", value=value, unit="ms")
        if self.processor is not None:
            yield Figure(
                what=f"{what}: the node's processor time for one",
                value=self.processor * 1e6,
                unit="µs",
                limit=1e6 / most,
                limited_by="one at that limit",
            )


def measure(folder: Path, scale: Scale, limits: Limits) -> Group:
    """Start a node on `folder` and measure its door."""
    with running(folder) as node:
        figures = list(_figures(node, folder, scale, limits))
    return Group(
        title="The door, over HTTP: embedded chain, SQLite, anchoring and publishing as it goes",
        figures=figures,
        remarks=(
            f"Median of {REPEATS} runs of {scale.submissions:,} registrations of 1 kB, each with a "
            "signature of its own that is checked; each receipt with inclusion proof and signed "
            "checkpoint, durable before it is given. Node and generator share the cores.",
        ),
    )


def _figures(node: Running, folder: Path, scale: Scale, limits: Limits) -> Iterator[Figure]:
    submit(node, folder, 50, min(WARM_UP, scale.submissions))
    for connections in CONNECTIONS:
        runs = [submit(node, folder, connections, scale.submissions) for _ in range(REPEATS)]
        spent = sorted(runs, key=lambda run: run.load.rate)[REPEATS // 2]
        what = f"submissions, {connections} connections"
        yield from spent.figures(what, limits.recoveries, "secp256k1 recoveries of one core")
    rate, numbers = _bulk(node, scale.batch)
    yield Figure(
        what=f"bulk: {scale.batch:,} records under one batch signature",
        value=rate,
        unit="/s",
        limit=limits.rows,
        limited_by="SQLite rows in groups",
    )
    node.ask("GET", f"/api/v1/certificates/{numbers[-1]}", headers=UNTIL_FINAL)
    node.rest()
    paths = [
        f"/api/v1/certificates/{number}" for number in Random(1).choices(numbers, k=scale.reads)
    ]
    for what, read in (("certificates by number", paths), (NOTHING, ["/healthz"] * scale.reads)):
        spent = _spend(node, partial(load.get, folder, node.port, 50, read), status=200)
        yield from spent.figures(what, limits.exchanges, "exchanges with an idle server")


def submit(node: Running, folder: Path, connections: int, count: int) -> Spent:
    """Submit `count` fresh registrations; every receipt is read and of its own record."""
    bodies = drafts.submissions(node.ledger, count)
    work = partial(load.post, folder, node.port, connections, bodies)
    spent = _spend(node, work, status=201)
    receipts = [parse_receipt(orjson.loads(body)) for _, body in spent.load.answers]
    _require_distinct(receipts)
    return spent


def _bulk(node: Running, count: int) -> tuple[float, list[str]]:
    """Registrations a second under one signature, and their numbers."""
    body = b"\n".join(drafts.batch(node.ledger, count))
    start = perf_counter()
    answer = node.ask("POST", "/api/v1/records/batch", body, {"Content-Type": NDJSON})
    seconds = perf_counter() - start
    lines = [orjson.loads(line) for line in answer.splitlines()]
    refused = [line for line in lines if line["status"] != 201]
    if refused or len(lines) != count + 1:
        raise RuntimeError(f"a batch of {count}: {len(lines)} answers, refused {refused[:1]}")
    receipts = [parse_receipt(line["receipt"]) for line in lines[1:]]
    _require_distinct(receipts)
    return count / seconds, [receipt.number for receipt in receipts]


def _spend(node: Running, work: Callable[[], Load], *, status: int) -> Spent:
    """Do the work, every answer of which must have this status."""
    before = node.processor_seconds()
    done = work()
    after = node.processor_seconds()
    wrong = [answer for answer in done.answers if answer[0] != status]
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were refusals, as {wrong[0]!r:.400}")
    used = None if before is None or after is None else (after - before) / len(done.latencies)
    return Spent(load=done, processor=used)


def _require_distinct(receipts: Sequence[Receipt]) -> None:
    places = {receipt.index for receipt in receipts}
    digests = {receipt.digest for receipt in receipts}
    if not len(places) == len(digests) == len(receipts):
        raise RuntimeError("two receipts are for one record or one place in the log")
