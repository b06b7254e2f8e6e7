"""One signature for a folder of works: drafted, signed once, kept, then sent in pieces.

What is signed is on the disk, complete, before anything is sent. After an interruption the next run
finds it there and sends it again: a node answers a digest that it knows with its first receipt, so
nothing is registered twice. The batch comes before its registrations, as the protocol asks.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.cli import files, keystore
from registry.cli.node import Ledger, Node, malformed, problem
from registry.cli.submitting import Accepted, check_receipt, submit
from registry.cli.text import remark
from registry.cli.works.batch_progress import counting
from registry.cli.works.batch_table import Row, read_rows
from registry.cli.works.registering import CLAIMANT
from registry.errors import Conflict, Damaged, InvalidInput, RegistryError, Unavailable
from registry.proofs import canonical
from registry.proofs.batch import BatchTree
from registry.proofs.receipt import Receipt
from registry.proofs.record import LedgerId, Record, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission, parse_submission

MOST_LINES = 500
MOST_BYTES = 4 << 20
JOURNAL_LIMIT = 1 << 30
# A node that is full says so line by line; it is asked again this often, with growing pauses.
TRIES = 6
PAUSE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a row: its receipt, or why it was refused. `raw` is the node's answer."""

    row: Row
    receipt: Receipt | None
    raw: dict[str, Any]
    fresh: bool
    refusal: RegistryError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What became of a batch."""

    batch: Accepted
    rows: list[Result]


def register_folder(
    folder: Path, table: Path, key_file: Path, node_url: str, kept: Path
) -> Results:
    """Register every row of `table`; `kept` is where the signed batch is, or will be.

    Raises InvalidInput TABLE_INVALID before anything is signed, Conflict BATCH_KEPT_DIFFERS where
    `kept` holds other works, Unavailable as `Node` when the node stays away: then run it again.
    """
    node = Node(node_url)
    ledger = node.ledger()
    data = files.read(table)
    with counting("checking", data.count(b"\n")) as step:
        rows = read_rows(data, folder, step)
    if kept.exists():
        submissions = _read_kept(kept, rows, ledger.id, key_file)
        remark(f"sending the batch that {kept} holds again; nothing is registered twice")
    else:
        private_key = keystore.unlock(key_file)
        submissions = sign_batch([row.body for row in rows], ledger.id, private_key)
        files.replace(kept, b"".join(one.to_bytes() + b"\n" for one in submissions))
    batch = submit(node, ledger.log_key, submissions[0])
    with counting("registering", len(rows)) as step:
        return Results(batch=batch, rows=list(_send(node, ledger, submissions[1:], rows, step)))


def sign_batch(bodies: Sequence[Any], ledger: LedgerId, private_key: bytes) -> list[Submission]:
    """The signed batch and, behind it, its registrations in order."""
    now = datetime.now(UTC)
    signers = [Signer(key=key_of(private_key), organisation=None, capacity=CLAIMANT)]

    def draft(kind: str, body: Any) -> Record:
        return new_record(ledger=ledger, type=kind, signers=signers, body=body, issued_at=now)

    records = [draft("work.registration", body) for body in bodies]
    tree = BatchTree([record.digest for record in records])
    batch = draft("work.batch", tree.body())
    return [new_submission(batch, [sign_eip712(private_key, batch)])] + [
        new_submission(record, [tree.signature(batch, place).to_json()])
        for place, record in enumerate(records)
    ]


def _read_kept(
    kept: Path, rows: Sequence[Row], ledger: LedgerId, key_file: Path
) -> list[Submission]:
    """The signed batch of an earlier run, if it says what the table says now."""
    try:
        data = files.read(kept, limit=JOURNAL_LIMIT)
        submissions = [parse_submission(line) for line in data.splitlines()]
    except InvalidInput as fault:
        raise Damaged("BATCH_KEPT_DAMAGED", f"{kept} is not a signed batch any more") from fault
    if not submissions or submissions[0].record.type != "work.batch":
        raise Damaged("BATCH_KEPT_DAMAGED", f"{kept} is not a signed batch any more")
    first = submissions[0].record
    bodies = [canonical.encode(one.record.body) for one in submissions[1:]]
    if first.ledger != ledger:
        raise _differs(kept, "is for another ledger than the node's")
    if keystore.key_named_in(key_file) not in (None, first.signers[0].key):
        raise _differs(kept, "is signed by another key")
    if len(bodies) != len(rows):
        raise _differs(kept, f"holds {len(bodies)} works, the table {len(rows)}")
    for row, body in zip(rows, bodies, strict=True):
        if canonical.encode(row.body) != body:
            raise _differs(kept, f"holds another work than row {row.number} ({row.file})")
    return submissions


def _send(
    node: Node,
    ledger: Ledger,
    submissions: Sequence[Submission],
    rows: Sequence[Row],
    step: Callable[[], Any],
) -> Iterator[Result]:
    for start, stop in _pieces(submissions):
        piece = submissions[start:stop]
        told = _answers(node, [one.to_bytes() for one in piece])
        for row, submission, answer in zip(rows[start:stop], piece, told, strict=True):
            yield _result(row, submission, answer, ledger)
            step()


def _pieces(submissions: Sequence[Submission]) -> Iterator[tuple[int, int]]:
    """The submissions as half-open ranges that fit one request each."""
    start = size = 0
    for place, submission in enumerate(submissions):
        length = len(submission.record.canonical) + len(submission.signatures_bytes)
        if place > start and (place - start == MOST_LINES or size + length > MOST_BYTES):
            yield start, place
            start, size = place, 0
        size += length
    yield start, len(submissions)


def _answers(node: Node, lines: list[bytes]) -> list[dict[str, Any]]:
    """The node's last word on each line; lines that it could not take yet are sent again."""
    told: list[dict[str, Any]] = [{}] * len(lines)
    waiting = list(range(len(lines)))
    for attempt in range(1, TRIES + 1):
        answers = node.submit_batch([lines[place] for place in waiting])
        for place, answer in zip(waiting, answers, strict=True):
            told[place] = answer
        waiting = [place for place in waiting if told[place].get("status") in (429, 503)]
        if not waiting:
            return told
        time.sleep(PAUSE_S * attempt)
    raise Unavailable("BATCH_UNFINISHED", "the node takes no more records now", retry_after=60)


def _result(row: Row, submission: Submission, answer: dict[str, Any], ledger: Ledger) -> Result:
    status = answer.get("status")
    if status in (200, 201):
        receipt = check_receipt(answer.get("receipt"), submission, ledger.log_key)
        raw = answer["receipt"]
        return Result(row=row, receipt=receipt, raw=raw, fresh=status == 201, refusal=None)
    if not isinstance(status, int):
        raise malformed("a line without a status")
    refusal = problem(answer.get("problem"), status)
    return Result(row=row, receipt=None, raw=answer, fresh=False, refusal=refusal)


def _differs(kept: Path, reason: str) -> Conflict:
    return Conflict("BATCH_KEPT_DIFFERS", f"the signed batch in {kept} {reason}")
