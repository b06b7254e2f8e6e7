"""Submissions and reads over HTTP: a real node, a generator beside it, every answer looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

import orjson

from benchmarks import drafts, load
from benchmarks.limits import Limits
from benchmarks.load import Load
from benchmarks.node import Running, running
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, percentile
from registry.proofs.receipt import Receipt, parse_receipt

WARM_UP = 300
CONNECTIONS = (50, 200)
NDJSON = "application/x-ndjson"
WAIT = {"Prefer": "wait=60"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a load came to, and the node's processor time for one exchange in seconds."""

    load: Load
    processor: float | None


def measure(folder: Path, scale: Scale, limits: Limits) -> Group:
    """Start a node on `folder` and measure its door."""
    with running(folder) as node:
        return Group(
            title="The door, over HTTP (embedded chain, anchoring and publishing as it goes)",
            figures=list(_figures(node, folder, scale, limits)),
            remarks=(
                f"{scale.submissions:,} registrations of 1 kB, one signature each, checked; each "
                "receipt with inclusion proof and signed checkpoint, durable before it is given. "
                "Node and generator share the cores.",
            ),
        )


def _figures(node: Running, folder: Path, scale: Scale, limits: Limits) -> Iterator[Figure]:
    submit(node, folder, 50, min(WARM_UP, scale.submissions))
    for connections in CONNECTIONS:
        yield from _submissions(node, folder, connections, scale, limits)
    rate, numbers = _bulk(node, scale.batch)
    yield Figure(
        what=f"bulk: {scale.batch:,} records under one batch signature",
        value=rate,
        unit="/s",
        limit=limits.rows,
        limited_by="SQLite rows",
    )
    yield from _certificates(node, folder, numbers, scale, limits)


def _submissions(
    node: Running, folder: Path, connections: int, scale: Scale, limits: Limits
) -> Iterator[Figure]:
    spent = submit(node, folder, connections, scale.submissions)
    yield Figure(
        what=f"submissions, {connections} connections",
        value=spent.load.rate,
        unit="/s",
        limit=limits.recoveries,
        limited_by="secp256k1 recoveries of one core",
    )
    yield from _times(f"submissions, {connections} connections", spent, limits.recoveries)


def _times(what: str, spent: Spent, most: float) -> Iterator[Figure]:
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        value = percentile(spent.load.latencies, share) * 1000
        yield Figure(what=f"{what}, {name}", value=value, unit="ms")
    if spent.processor is not None:
        yield Figure(
            what=f"{what}, the node's processor time for one",
            value=spent.processor * 1e6,
            unit="µs",
            limit=1e6 / most,
            limited_by="1 / the limit above",
        )


def _certificates(
    node: Running, folder: Path, numbers: Sequence[str], scale: Scale, limits: Limits
) -> Iterator[Figure]:
    node.ask("GET", f"/api/v1/certificates/{numbers[-1]}", headers=WAIT)
    chosen = Random(1).choices(numbers, k=scale.reads)
    paths = [f"/api/v1/certificates/{number}" for number in chosen]
    spent = _spend(node, lambda: load.get(folder, node.port, 50, paths))
    _require(spent.load, {200})
    yield Figure(
        what="certificates by number, 50 connections",
        value=spent.load.rate,
        unit="/s",
        limit=limits.exchanges,
        limited_by="bare HTTP exchanges",
    )
    yield from _times("certificates by number, 50 connections", spent, limits.exchanges)


def submit(node: Running, folder: Path, connections: int, count: int) -> Spent:
    """Submit `count` fresh registrations; every receipt is read and of its own record."""
    bodies = drafts.submissions(node.ledger, count)
    spent = _spend(node, lambda: load.post(folder, node.port, connections, bodies))
    _require(spent.load, {201})
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


def _spend(node: Running, work: Callable[[], Load]) -> Spent:
    before = node.processor_seconds()
    done = work()
    after = node.processor_seconds()
    known = before is not None and after is not None
    return Spent(load=done, processor=(after - before) / len(done.latencies) if known else None)


def _require(done: Load, statuses: set[int]) -> None:
    wrong = [answer for answer in done.answers if answer[0] not in statuses]
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were refusals, as {wrong[0]!r:.400}")


def _require_distinct(receipts: Sequence[Receipt]) -> None:
    places = {receipt.index for receipt in receipts}
    digests = {receipt.digest for receipt in receipts}
    if not len(places) == len(digests) == len(receipts):
        raise RuntimeError("two receipts are for one record or one place in the log")
