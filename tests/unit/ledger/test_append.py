"""Group commit: durable first, signed second, answered third; the first receipt for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from registry.errors import Conflict, Damaged, RegistryError, Unavailable
from registry.proofs.checkpoint import open_checkpoint
from registry.proofs.entry import leaf_hash
from registry.proofs.receipt import Receipt
from registry.proofs.tlog_proof import parse_proof
from tests.drafts import batch, registration, signed, submission
from tests.unit.ledger.spine import Spine


def entry_at(spine: Spine, index: int) -> bytes:
    bundle = spine.reading.tile(f"tile/entries/000.p/{index + 1}")
    return bundle[index * 130 + 2 : index * 130 + 130]


def assert_proves(spine: Spine, receipt: Receipt) -> None:
    proof = parse_proof(receipt.proof)
    checkpoint, _ = open_checkpoint(proof.note.encode(), spine.log.signer.key)
    assert checkpoint.size > receipt.index == proof.index
    assert proof.includes(leaf_hash(entry_at(spine, receipt.index)))


def test_a_receipt_proves_that_the_record_stands_in_the_log(spine: Spine) -> None:
    first = spine.submit(submission())
    second = spine.submit(submission())
    assert (first.new, second.new) == (True, True)
    assert (first.receipt.index, second.receipt.index) == (0, 1)
    assert_proves(spine, first.receipt)
    assert_proves(spine, second.receipt)


def test_many_at_once_share_few_checkpoints_and_each_proof_holds(spine: Spine) -> None:
    bodies = [submission() for _ in range(60)]
    with ThreadPoolExecutor(12) as clients:
        receipts = [each.receipt for each in clients.map(spine.submit, bodies)]
    assert sorted(receipt.index for receipt in receipts) == list(range(60))
    for receipt in receipts:
        assert_proves(spine, receipt)


def test_a_known_digest_answers_with_its_first_receipt_to_the_byte(
    spine: Spine, tmp_path: Path
) -> None:
    body = submission()
    first = spine.submit(body)
    for _ in range(3):
        spine.submit(submission())
    again = spine.submit(body)
    assert (again.new, again.receipt) == (False, first.receipt)
    spine.close()
    reopened = Spine(tmp_path).start()
    assert reopened.submit(body).receipt == first.receipt
    spine.appender = reopened.appender
    spine.database = reopened.database


def test_copies_in_one_group_get_one_place(tmp_path: Path) -> None:
    spine = Spine(tmp_path)
    body = submission()
    waiting = [spine.door.submit(body) for _ in range(3)] + [spine.door.submit(submission())]
    spine.start()
    answers = [future.result(timeout=30) for future in waiting]
    assert [answer.new for answer in answers] == [True, False, False, True]
    assert len({answer.receipt.index for answer in answers[:3]}) == 1
    assert spine.log.size == 2
    spine.close()


def test_a_restart_continues_the_same_tree(tmp_path: Path) -> None:
    spine = Spine(tmp_path).start()
    for _ in range(5):
        spine.submit(submission())
    checkpoint = spine.reading.checkpoint()
    spine.close()
    again = Spine(tmp_path).start()
    assert again.reading.checkpoint() == checkpoint
    assert again.submit(submission()).receipt.index == 5
    again.close()


def test_a_failed_commit_is_refused_and_the_log_goes_on(tmp_path: Path) -> None:
    spine = Spine(tmp_path).start()
    spine.submit(submission())
    failing = True

    def fail(*_: object) -> None:
        if failing:
            raise Unavailable("DATABASE_UNAVAILABLE", "the disk is full")

    event.listen(spine.database.engine, "commit", fail)
    with pytest.raises(Unavailable) as refused:
        spine.submit(submission())
    assert refused.value.code == "DATABASE_UNAVAILABLE"
    failing = False
    answer = spine.submit(submission())
    assert answer.receipt.index == 1
    assert_proves(spine, answer.receipt)
    spine.close()


def test_a_full_queue_is_told_at_once_and_loses_nothing(tmp_path: Path) -> None:
    spine = Spine(tmp_path, queue_limit=2)
    waiting = [spine.door.submit(submission()) for _ in range(2)]
    with pytest.raises(Unavailable) as refused:
        spine.door.submit(submission())
    assert (refused.value.code, refused.value.retry_after) == ("QUEUE_FULL", 1)
    spine.start()
    assert [future.result(timeout=30).receipt.index for future in waiting] == [0, 1]
    spine.close()


def test_who_gave_up_waiting_was_promised_nothing(tmp_path: Path) -> None:
    spine = Spine(tmp_path)
    given_up, stayed = spine.door.submit(submission()), spine.door.submit(submission())
    assert given_up.cancel()
    spine.start()
    assert stayed.result(timeout=30).receipt.index == 0
    assert spine.log.size == 1
    spine.close()


def test_a_batch_is_proved_by_one_signature(spine: Spine) -> None:
    head, *members = batch(5)
    spine.submit(head)
    receipts = [spine.submit(member).receipt for member in members]
    assert [receipt.index for receipt in receipts] == [1, 2, 3, 4, 5]
    assert_proves(spine, receipts[-1])


def test_a_taken_number_is_refused(spine: Spine) -> None:
    """Numbers have 75 bits, so a clash is staged by renumbering what is recorded."""
    spine.submit(submission())
    rival = signed(registration())
    with spine.database.write() as connection:
        from sqlalchemy import update

        from registry.ledger.tables import records
        from registry.proofs.number import number_of

        connection.execute(update(records).values(number=number_of(rival.record.digest)))
    with pytest.raises(Conflict) as refused:
        spine.submit(rival.to_bytes())
    assert refused.value.code == "NUMBER_TAKEN"
    assert spine.log.size == 1


def test_who_comes_while_it_stops_is_answered_one_way_or_the_other(tmp_path: Path) -> None:
    spine = Spine(tmp_path).start()
    bodies = [submission() for _ in range(200)]
    began = threading.Event()

    def send(body: bytes) -> str:
        began.set()
        try:
            return f"entry {spine.submit(body).receipt.index}"
        except RegistryError as refused:
            return refused.code

    with ThreadPoolExecutor(8) as clients:
        answers = [clients.submit(send, body) for body in bodies]
        assert began.wait(10)
        spine.appender.stop()
        told = [answer.result(timeout=30) for answer in answers]
    entered = [each for each in told if each.startswith("entry")]
    assert len(set(entered)) == len(entered) == spine.log.size
    assert set(told) - set(entered) <= {"NODE_STOPPING"}
    spine.database.close()


def test_a_reason_to_hold_gathers_nobody_s_request(spine: Spine) -> None:
    """It is raised for everybody: what it held on to would never be let go."""
    spine.appender.hold(Damaged("LOG_FORKED", "for this test"))

    def depth() -> int:
        with pytest.raises(Damaged) as refused:
            spine.submit(submission())
        return len(refused.traceback)

    assert depth() == depth() == depth()


def test_a_stopped_node_says_so(tmp_path: Path) -> None:
    spine = Spine(tmp_path).start()
    spine.close()
    with pytest.raises(RegistryError) as refused:
        spine.door.submit(submission())
    assert refused.value.code == "NODE_STOPPING"
