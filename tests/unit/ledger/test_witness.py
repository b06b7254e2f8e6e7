"""A witness puts its name to heads of a log that continue one another, and to no others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from registry.errors import (
    InvalidInput,
    NotAuthorised,
    NotFound,
    QuotaExceeded,
    RegistryError,
    Unavailable,
)
from registry.ledger.tables import witnessed
from registry.ledger.witness import StandsElsewhere, Witness
from registry.proofs.checkpoint import parse_body
from registry.proofs.cosignature import verify_line
from registry.proofs.note import Note, NoteSigner, parse_signature_lines, with_signatures
from registry.proofs.tree import verify_consistency
from registry.proofs.witness_request import parse_add_checkpoint
from tests.witnesses import START, SampleLog, Watching, witness_of

LOG = SampleLog()
FORK = SampleLog(fork=5)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    opened = Watching(tmp_path)
    yield opened
    opened.close()


def cosigned(watching: Watching, body: bytes, witness: Witness | None = None) -> None:
    """The answer is one cosignature, by the witness, over the checkpoint, of now."""
    answer = (witness or watching.witness).add_checkpoint(body)
    (line,) = parse_signature_lines(answer.decode())
    text = parse_add_checkpoint(body).note.text
    assert verify_line(text, watching.key, line) == watching.clock.now()


def refused(watching: Watching, body: bytes, kind: type[RegistryError], code: str) -> RegistryError:
    before = kept(watching)
    with pytest.raises(kind) as fault:
        watching.witness.add_checkpoint(body)
    assert fault.value.code == code
    assert kept(watching) == before
    return fault.value


def elsewhere(watching: Watching, body: bytes, size: int, code: str) -> None:
    fault = refused(watching, body, StandsElsewhere, code)
    assert isinstance(fault, StandsElsewhere)
    assert fault.size == size


def kept(watching: Watching) -> list[tuple[bytes, int, bytes]]:
    with watching.database.read() as connection:
        rows = connection.execute(select(witnessed).order_by(witnessed.c.log)).all()
    return [(row.log, row.size, row.root) for row in rows]


# ---- what is cosigned ---------------------------------------------------------------------------


def test_the_first_head_that_is_shown_is_cosigned_and_kept(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 5))
    assert kept(watching) == [(LOG.id, 5, LOG.tree.root(5))]


def test_then_each_that_continues_it(watching: Watching) -> None:
    for old, size in [(0, 5), (5, 6), (6, 37), (37, 40)]:
        watching.clock.tick()
        cosigned(watching, LOG.asks(old, size))
    assert kept(watching) == [(LOG.id, 40, LOG.tree.root(40))]


def test_each_log_for_itself(watching: Watching) -> None:
    other = SampleLog("Singapore")
    watching.logs.append(other)
    cosigned(watching, LOG.asks(0, 5))
    cosigned(watching, other.asks(0, 9))
    assert {(log, size) for log, size, _ in kept(watching)} == {(LOG.id, 5), (other.id, 9)}


def test_the_same_again_is_answered_again_with_the_time_of_now(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 5))
    cosigned(watching, LOG.asks(5, 5))
    watching.clock.tick(3600)
    cosigned(watching, LOG.asks(5, 5))


def test_signatures_of_others_are_passed_over(watching: Watching) -> None:
    note = LOG.note(5)
    stranger = SampleLog("nobody").signer.sign_text(note.text)
    others = [stranger, witness_of("Singapore").sign_text(note.text)]
    cosigned(watching, LOG.asks(0, 5, note=with_signatures(note, others)))


def test_a_log_may_have_several_keys(watching: Watching) -> None:
    second = NoteSigner(LOG.key.name, sha256(b"the next key").digest())
    watching.extra_keys[LOG.key.name] = [second.key]
    cosigned(watching, LOG.asks(0, 5, note=LOG.note(5, second)))


def test_a_log_without_entries_has_a_head_too(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 0))
    watching.clock.tick()
    cosigned(watching, LOG.asks(0, 5))


# ---- what is not --------------------------------------------------------------------------------


def test_a_log_that_is_not_on_the_chain(watching: Watching) -> None:
    body = SampleLog("nobody").asks(0, 5)
    refused(watching, body, NotFound, "LOG_UNKNOWN")


def test_a_head_that_the_log_did_not_sign(watching: Watching) -> None:
    wrong = NoteSigner(LOG.key.name, sha256(b"a thief's key").digest())
    note = LOG.note(5, wrong)
    refused(watching, LOG.asks(0, 5, note=note), NotAuthorised, "CHECKPOINT_SIGNATURE")
    mixed = Note(text=LOG.note(6).text, signatures=LOG.note(5).signatures)
    refused(watching, LOG.asks(0, 6, note=mixed), NotAuthorised, "CHECKPOINT_SIGNATURE")


def test_a_head_with_more_lines_than_three(watching: Watching) -> None:
    text = LOG.note(5).text + "an extension\n"
    note = Note(text=text, signatures=(LOG.signer.sign_text(text),))
    refused(watching, LOG.asks(0, 5, note=note), InvalidInput, "WITNESS_REQUEST_MALFORMED")


def test_a_request_that_leads_back(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 5))
    refused(watching, LOG.asks(5, 4), InvalidInput, "WITNESS_REQUEST_MALFORMED")


@pytest.mark.parametrize("old", [0, 4, 6])
def test_a_request_from_elsewhere_is_told_where_the_log_stands(
    watching: Watching, old: int
) -> None:
    elsewhere(watching, LOG.asks(4, 8), 0, "WITNESS_SIZE_DIFFERS")
    cosigned(watching, LOG.asks(0, 5))
    elsewhere(watching, LOG.asks(old, 8), 5, "WITNESS_SIZE_DIFFERS")


def test_another_root_of_the_same_size(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 8))
    elsewhere(watching, FORK.asks(8, 8), 8, "WITNESS_ROOT_DIFFERS")


def test_a_fork_that_has_grown_beyond(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 8))
    refused(watching, FORK.asks(8, 20), InvalidInput, "CONSISTENCY_FALSE")


def test_a_fork_from_before_it_split_is_still_the_log(watching: Watching) -> None:
    """Nobody can know yet; from here on it is this branch and no other."""
    cosigned(watching, LOG.asks(0, 5))
    watching.clock.tick()
    cosigned(watching, FORK.asks(5, 8))
    refused(watching, LOG.asks(8, 20), InvalidInput, "CONSISTENCY_FALSE")


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (0, 8, [bytes(32)]),
        (5, 8, []),
        (5, 5, [bytes(32)]),
        (5, 8, LOG.tree.consistency_proof(5, 9)),
        (5, 8, LOG.tree.consistency_proof(5, 8)[:-1]),
        (5, 8, [*LOG.tree.consistency_proof(5, 8), bytes(32)]),
        (5, 8, LOG.tree.consistency_proof(5, 8)[::-1]),
    ],
)
def test_a_proof_that_proves_nothing(
    watching: Watching, old: int, size: int, proof: list[bytes]
) -> None:
    if old:
        cosigned(watching, LOG.asks(0, old))
    body = LOG.asks(old, size, proof=proof)
    refused(watching, body, InvalidInput, "CONSISTENCY_FALSE")


def test_more_than_one_new_head_a_second(watching: Watching) -> None:
    other = SampleLog("Singapore")
    watching.logs.append(other)
    cosigned(watching, LOG.asks(0, 5))
    fault = refused(watching, LOG.asks(5, 6), QuotaExceeded, "WITNESS_TOO_OFTEN")
    assert fault.retry_after == 1
    cosigned(watching, other.asks(0, 5))
    cosigned(watching, LOG.asks(5, 5))
    watching.clock.tick()
    cosigned(watching, LOG.asks(5, 6))


def test_nothing_while_the_clock_cannot_be_trusted(watching: Watching) -> None:
    ahead = START + timedelta(hours=1)
    watching.guard.observe(int(ahead.timestamp()), fresh=True)
    refused(watching, LOG.asks(0, 5), Unavailable, "CLOCK_BEYOND_BOUND")


# ---- a crash, a restart, many at once -----------------------------------------------------------


def test_what_was_cosigned_outlives_the_process(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 8))
    again = watching.with_signer(watching.signer)
    with pytest.raises(StandsElsewhere):
        again.add_checkpoint(FORK.asks(8, 8))
    watching.clock.tick()
    cosigned(watching, LOG.asks(8, 9), again)


def test_a_crash_before_the_signature_leaves_no_room_for_another_root(watching: Watching) -> None:
    class PowerCut(Exception):
        pass

    class Dying(NoteSigner):
        def sign(self, _message: bytes) -> bytes:
            raise PowerCut

    key = watching.key
    dying = Dying(key.name, bytes(32), key.type)
    with pytest.raises(PowerCut):
        watching.with_signer(dying).add_checkpoint(LOG.asks(0, 8))
    elsewhere(watching, FORK.asks(0, 8), 8, "WITNESS_SIZE_DIFFERS")
    elsewhere(watching, FORK.asks(8, 8), 8, "WITNESS_ROOT_DIFFERS")
    cosigned(watching, LOG.asks(8, 8))


def test_of_many_at_once_one_branch_is_cosigned(watching: Watching) -> None:
    logs = [SampleLog(f"region {number}") for number in range(6)]
    forks = [SampleLog(f"region {number}", fork=3) for number in range(6)]
    watching.logs += logs

    def ask(log: SampleLog) -> bytes | None:
        body = log.asks(0, 8)
        try:
            watching.witness.add_checkpoint(body)
        except StandsElsewhere:
            return None
        return parse_body(parse_add_checkpoint(body).note.text).root

    for log, fork in zip(logs, forks, strict=True):
        with ThreadPoolExecutor(6) as callers:
            roots = set(callers.map(ask, [log, fork] * 3)) - {None}
        assert len(roots) == 1
        assert (log.id, 8, *roots) in kept(watching)


BRANCHES = (SampleLog(), SampleLog(fork=3), SampleLog(fork=7))
# A branch, by how much the caller errs about where the log stands, and how far it has grown.
STEPS = st.tuples(st.sampled_from(BRANCHES), st.sampled_from((0, 0, 0, 1, -1)), st.integers(0, 4))


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=8))
def test_whatever_is_asked_all_that_is_cosigned_is_one_log(
    steps: list[tuple[SampleLog, int, int]],
) -> None:
    heads: list[tuple[SampleLog, int]] = []
    with TemporaryDirectory() as folder:
        watching = Watching(Path(folder))
        for branch, error, growth in steps:
            watching.clock.tick()
            stands = heads[-1][1] if heads else 0
            old, size = max(0, stands + error), stands + growth
            try:
                watching.witness.add_checkpoint(branch.asks(old, size))
            except RegistryError:
                continue
            heads.append((branch, size))
        watching.close()
    for (before, old), (after, size) in pairwise(heads):
        proof = after.tree.consistency_proof(old, size)
        assert verify_consistency(old, size, before.tree.root(old), after.tree.root(size), proof)


# ---- what the chain says ------------------------------------------------------------------------


def test_a_log_stands_where_the_chain_has_it(watching: Watching) -> None:
    watching.anchored(LOG, 8)
    elsewhere(watching, LOG.asks(0, 10), 8, "WITNESS_SIZE_DIFFERS")
    cosigned(watching, LOG.asks(8, 10))


def test_the_very_head_of_the_chain_is_cosigned(watching: Watching) -> None:
    watching.anchored(LOG, 8)
    cosigned(watching, LOG.asks(8, 8))
    assert kept(watching) == [(LOG.id, 8, LOG.tree.root(8))]


def test_a_head_that_contradicts_the_chain_is_refused(watching: Watching) -> None:
    watching.anchored(LOG, 8)
    elsewhere(watching, FORK.asks(8, 8), 8, "WITNESS_ROOT_DIFFERS")
    refused(watching, FORK.asks(8, 10), InvalidInput, "CONSISTENCY_FALSE")


def test_the_further_of_chain_and_witness_counts(watching: Watching) -> None:
    cosigned(watching, LOG.asks(0, 8))
    watching.anchored(LOG, 5)
    watching.clock.tick()
    cosigned(watching, LOG.asks(8, 9))
    watching.anchored(LOG, 20)
    watching.anchored(LOG, 12)
    elsewhere(watching, LOG.asks(9, 30), 20, "WITNESS_SIZE_DIFFERS")
    watching.clock.tick()
    cosigned(watching, LOG.asks(20, 30))


def test_an_anchor_that_may_still_be_taken_back_does_not_count(watching: Watching) -> None:
    watching.anchored(FORK, 8, final=False)
    cosigned(watching, LOG.asks(0, 8))


def test_the_chain_of_another_log_does_not_count(watching: Watching) -> None:
    watching.anchored(SampleLog("Singapore"), 8)
    cosigned(watching, LOG.asks(0, 5))


@pytest.mark.parametrize("further", [8, 20])
def test_a_chain_that_contradicts_what_was_cosigned_stops_the_log(
    watching: Watching, further: int
) -> None:
    cosigned(watching, LOG.asks(0, 8))
    watching.anchored(FORK, 8)
    if further > 8:
        watching.anchored(FORK, further)
    watching.clock.tick()
    for body in (FORK.asks(further, 30), LOG.asks(8, 30), LOG.asks(8, 8)):
        elsewhere(watching, body, 8, "WITNESS_ROOT_DIFFERS")
