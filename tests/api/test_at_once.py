"""Many callers at once: every answer is right, nothing is entered twice, no place is skipped."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from registry.proofs.checkpoint import open_checkpoint
from registry.proofs.receipt import parse_receipt
from registry.proofs.tlog_proof import parse_proof
from tests.drafts import submission
from tests.serving import Answer, Served

CALLERS = 8


def test_many_at_once_get_one_place_each(served: Served) -> None:
    before = served.node.log.size
    bodies = [submission(ledger=served.ledger) for _ in range(CALLERS * 12)]
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(served.submit, bodies))
    assert {answer.status for answer in answers} == {201}
    receipts = [parse_receipt(answer.json()) for answer in answers]
    places = sorted(receipt.index for receipt in receipts)
    assert places == list(range(before, before + len(bodies)))
    roots: dict[int, set[bytes]] = {}
    for receipt in receipts:
        note = parse_proof(receipt.proof).note
        checkpoint, _ = open_checkpoint(note.encode(), served.node.log.signer.key)
        roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
    assert {len(found) for found in roots.values()} == {1}


def test_the_same_record_from_many_sides_is_entered_once(served: Served) -> None:
    for _ in range(5):
        body, before = submission(ledger=served.ledger), served.node.log.size
        start = threading.Barrier(CALLERS)

        def send(body: bytes = body, start: threading.Barrier = start) -> Answer:
            start.wait()
            return served.submit(body)

        with ThreadPoolExecutor(CALLERS) as callers:
            answers = [each.result() for each in [callers.submit(send) for _ in range(CALLERS)]]
        assert Counter(answer.status for answer in answers) == {201: 1, 200: CALLERS - 1}
        assert len({answer.body for answer in answers}) == 1
        assert served.node.log.size == before + 1


def test_what_is_read_while_it_grows_agrees_with_itself(served: Served) -> None:
    """A checkpoint that is served is always covered by the tiles that are served after it."""
    growing = threading.Event()

    def grow() -> None:
        while not growing.is_set():
            served.submit(submission(ledger=served.ledger))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(15):
            note = served.get("/log/checkpoint").body.decode()
            checkpoint, _ = open_checkpoint(note, served.node.log.signer.key)
            width = checkpoint.size % 256 or 256
            index = (checkpoint.size - 1) // 256
            suffix = "" if width == 256 else f".p/{width}"
            for kind in ("0", "entries"):
                assert served.get(f"/log/tile/{kind}/{index:03d}{suffix}").status == 200
    finally:
        growing.set()
        writer.join()
