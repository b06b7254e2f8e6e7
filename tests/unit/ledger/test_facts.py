"""Which records count, in which order, and what an answer stands on."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from sqlalchemy import Connection

from registry.bootstrap import RECORD_TYPES
from registry.errors import NotAuthorised, NotFound
from registry.ledger.facts import Facts, Recorded
from registry.ledger.position import Position
from registry.proofs.checkpoint import log_id
from registry.proofs.hexes import to_hex
from registry.proofs.keys import SignerKey
from registry.proofs.number import number_of
from registry.proofs.record import OrganisationId, Signer
from registry.proofs.signature import key_of
from registry.proofs.submission import Submission
from registry.proofs.trust import Scope
from registry.works.tables import works
from tests.drafts import CREATOR, registration, signed
from tests.unit.ledger.recorded import anchored, placed
from tests.unit.ledger.spine import ORGANISATION, ListedAuthority, Spine

OWN = log_id(ORGANISATION)
OTHERS = OrganisationId(sha256(b"another organisation").digest())
THEIRS = log_id(OTHERS)
NOW = 10_000


@pytest.fixture
def known(spine: Spine) -> Spine:
    """Two logs that the chain knows."""
    spine.authority.opened = {OWN: ORGANISATION, THEIRS: OTHERS}
    return spine


@contextmanager
def view(
    spine: Spine, known_at: int | None = None, *, provisional: bool = False
) -> Iterator[Facts]:
    def facts(connection: Connection) -> Facts:
        return Facts(
            connection,
            RECORD_TYPES,
            spine.authority,
            now=NOW,
            known_at=known_at,
            provisional=provisional,
        )

    with spine.database.read() as connection:
        yield facts(connection)


def counted(spine: Spine, known_at: int | None = None, *, provisional: bool = False) -> list[str]:
    with view(spine, known_at, provisional=provisional) as facts:
        return [each.number for each in facts.where(works)]


def number(submission: Submission) -> str:
    return number_of(submission.record.digest)


def test_they_come_by_recorded_time_then_log_then_index(known: Spine) -> None:
    first, second, third, fourth = (signed(registration()) for _ in range(4))
    placed(known, OWN, 0, third)
    placed(known, OWN, 1, fourth)
    placed(known, THEIRS, 0, first)
    placed(known, THEIRS, 1, second)
    anchored(known, OWN, 2, 300)
    anchored(known, THEIRS, 1, 100)
    anchored(known, THEIRS, 2, 300)
    tied = sorted([(OWN, 0, third), (OWN, 1, fourth), (THEIRS, 1, second)], key=lambda it: it[:2])
    assert counted(known) == [number(first), *(number(each) for _, _, each in tied)]


def test_the_first_anchor_that_covers_an_entry_is_its_time_whatever_comes_later(
    known: Spine,
) -> None:
    work = signed(registration())
    placed(known, OWN, 0, work)
    anchored(known, OWN, 3, 500)
    anchored(known, OWN, 1, 100)
    with view(known) as facts:
        (found,) = facts.where(works)
    assert found.recorded_at == 100


def test_of_equal_digests_the_first_counts(known: Spine) -> None:
    work = signed(registration())
    placed(known, OWN, 0, work)
    placed(known, THEIRS, 0, work)
    anchored(known, OWN, 1, 200)
    anchored(known, THEIRS, 1, 100)
    with view(known) as facts:
        (found,) = facts.where(works)
        same = facts.find(work.record.digest)
    assert isinstance(same, Recorded)
    assert found.position == same.position == Position(log=THEIRS, index=0)


def test_what_is_not_final_counts_only_provisionally_and_last(known: Spine) -> None:
    late, early = signed(registration()), signed(registration())
    placed(known, OWN, 0, late)
    anchored(known, OWN, 1, 50, final=False)
    placed(known, THEIRS, 0, early)
    anchored(known, THEIRS, 1, 100)
    assert counted(known) == [number(early)]
    assert counted(known, provisional=True) == [number(early), number(late)]


def test_what_was_recorded_later_was_not_known(known: Spine) -> None:
    one, other = signed(registration()), signed(registration())
    for index, work in enumerate((one, other)):
        placed(known, OWN, index, work)
        anchored(known, OWN, index + 1, 100 * (index + 1))
    assert counted(known, 99) == []
    assert counted(known, 100) == [number(one)]
    assert counted(known, 200) == [number(one), number(other)]


def test_a_key_without_authority_then_does_not_count(known: Spine) -> None:
    signer = Signer(key=key_of(CREATOR), organisation=ORGANISATION, capacity="registrar")
    work = signed(registration(signers=[signer]))
    placed(known, OWN, 0, work)
    anchored(known, OWN, 1, 100)
    assert counted(known) == []
    known.authority.allowed.add((ORGANISATION, signer.key, int(Scope.REGISTRATIONS)))
    assert counted(known) == [number(work)]


def test_one_is_found_by_number_and_by_digest(known: Spine) -> None:
    work = signed(registration())
    placed(known, OWN, 0, work)
    anchored(known, OWN, 1, 100)
    with view(known) as facts:
        for name in (number(work), number(work).lower(), to_hex(work.record.digest)):
            assert facts.resolve(name).record == work.record
        with pytest.raises(NotFound) as unknown:
            facts.resolve(to_hex(bytes(32)))
    assert unknown.value.code == "RECORD_UNKNOWN"


def test_a_stand_names_the_block_and_how_much_of_each_log_is_here(known: Spine) -> None:
    placed(known, OWN, 0, signed(registration()))
    anchored(known, OWN, 1, 100)
    anchored(known, THEIRS, 7, 400)
    with view(known) as facts:
        stand = facts.stand
    assert (stand.known_at, stand.block, stand.complete) == (400, 40, False)
    assert {(each.log, each.anchored, each.followed) for each in stand.logs} == {
        (OWN, 1, 1),
        (THEIRS, 7, 0),
    }
    with view(known, 399) as facts:
        assert facts.stand.complete
        assert facts.stand.block == 10


class Suspending(ListedAuthority):
    """An authority by which an organisation may write, but for a while."""

    def refusal(
        self, _organisation: OrganisationId, _key: SignerKey, _scope: int, time: int
    ) -> NotAuthorised | None:
        if 200 <= time < 400:
            return NotAuthorised("ORGANISATION_SUSPENDED", "the organisation is suspended")
        return None


def test_what_a_suspended_organisation_says_does_not_count_wherever_it_stands(
    known: Spine,
) -> None:
    signer = Signer(key=key_of(CREATOR), organisation=OTHERS, capacity="registrar")
    said = [signed(registration(signers=[signer])) for _ in range(3)]
    for index, (work, time) in enumerate(zip(said, (100, 300, 500), strict=True)):
        placed(known, THEIRS, index, work)
        anchored(known, THEIRS, index + 1, time)
    suspending = Suspending(opened=dict(known.authority.opened))
    with known.database.read() as connection:
        facts = Facts(connection, RECORD_TYPES, suspending, now=NOW)
        counted = [each.record for each in facts.where(works)]
    assert counted == [said[0].record, said[2].record]
