"""What is anchored when, what goes with it, and what a reorganisation takes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from registry.chain.contracts import Call, Logs
from registry.chain.events import Advanced, Event, RawLog
from registry.chain.rpc import Block, Rpc
from registry.chain.sender import Standing, Status
from registry.chain.watcher import Changes, Position
from registry.errors import Damaged, RegistryError, Unavailable
from registry.ledger import checkpoints, repository
from registry.ledger.anchor import MOST_IN_ONE_ANCHOR, Anchorer, Cosigning, Pace
from registry.ledger.chain_facts import SqlSightings
from registry.ledger.checkpoints import Prepared
from registry.ledger.history import History
from registry.ledger.receipts import Vouched
from registry.proofs.cosignature import cosign, cosigned_at, witness_signer
from registry.proofs.hexes import to_hex
from registry.proofs.manifest import parse_manifest
from registry.proofs.note import Note, parse_note, with_signatures
from registry.proofs.record import OrganisationId, Visibility
from registry.proofs.tiles import parse_path
from tests.drafts import registration, registration_body, signed, submission
from tests.unit.ledger.spine import ORGANISATION, Spine

WITNESS = witness_signer(ORGANISATION, sha256(b"witness").digest())
CONTRACT = b"\x0c" * 20


@dataclass
class Chain:
    """A carrier that keeps what it is given; and a contract's answers, word by word."""

    standing: dict[str, Standing] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    resent: int = 0
    head: tuple[int, int, bytes] = (0, 0, bytes(32))

    def submit(self, purpose: str, _call: Call) -> None:
        self.sent.append(purpose)
        self.standing[purpose] = Standing.WAITING

    def status(self, purpose: str) -> Status:
        return Status(standing=self.standing.get(purpose, Standing.UNSENT))

    def resend(self) -> int:
        self.resent += 1
        return 1

    def call(self, _method: str, *_params: object) -> str:
        size, time, root = self.head
        return to_hex(size.to_bytes(32, "big") + time.to_bytes(32, "big") + root)


@pytest.fixture
def chain() -> Chain:
    return Chain()


class Nobody:
    """No witness of another region."""

    def ask(self, note: Note, _size: int, _enough: Callable[[Note], bool] | None = None) -> Note:
        return note

    @property
    def troubles(self) -> Mapping[str, RegistryError]:
        return {}


def anchorer(
    spine: Spine,
    chain: Chain,
    *,
    entries: int = 3,
    age_s: float = 60,
    most: int = MOST_IN_ONE_ANCHOR,
    others: Cosigning | None = None,
    vouched: Vouched = lambda _note: True,
) -> Anchorer:
    rpc: Rpc = chain
    pace = Pace(entries=entries, age_s=age_s, most=most)
    contract = Logs(rpc, CONTRACT)
    return Anchorer(
        spine.database,
        spine.log,
        WITNESS,
        others or Nobody(),
        vouched,
        contract,
        chain,
        spine.guard,
        pace,
    )


def newest(spine: Spine) -> Prepared | None:
    with spine.database.read() as connection:
        return checkpoints.newest_checkpoint(connection, spine.log.log_id)


def advanced(spine: Spine, size: int, *, fork: int = 0, block: int = 7) -> Event:
    content = Advanced(
        log=spine.log.log_id,
        size=size,
        root=spine.log.tree.root(size),
        time=1_800_000_000,
        manifest=bytes(32),
    )
    raw = RawLog(
        contract=CONTRACT,
        topics=(),
        data=b"",
        block_number=block,
        block_hash=bytes((block, fork)) * 16,
        transaction=b"\x0d" * 32,
        index=0,
    )
    return Event(raw=raw, content=content)


def seen(spine: Spine, **found: tuple[Event, ...] | tuple[RawLog, ...]) -> None:
    sightings = SqlSightings(spine.database, lambda _connection, _news: None)
    block = Block(number=9, hash=bytes(32), parent=bytes(32), time=1, base_fee=1, gas_limit=1)
    position = Position(number=1, hash=bytes(32))
    times = dict.fromkeys(range(10), 1800000000)
    sightings.apply(
        Changes(head=block, fresh=False, times=times, position=position, **found)  # type: ignore[arg-type]  # by name
    )


def state(spine: Spine, index: int) -> str:
    with spine.database.read() as connection:
        entered = repository.in_range(connection, spine.log.log_id, index, index + 1)[0]
    return spine.reading.find_one(to_hex(entered.digest)).standing.state


def test_it_waits_for_enough_entries(spine: Spine, chain: Chain) -> None:
    step = anchorer(spine, chain).step
    for _ in range(2):
        spine.submit(submission())
        step()
    assert chain.sent == []
    spine.submit(submission())
    step()
    assert chain.sent == [f"anchor {spine.log.log_id.hex()} 3"]


def test_or_for_the_oldest_to_have_waited(spine: Spine, chain: Chain) -> None:
    spine.submit(submission())
    step = anchorer(spine, chain, entries=100).step
    step()
    assert chain.sent == []
    spine.clock.ahead = timedelta(seconds=61)
    step()
    assert len(chain.sent) == 1


def test_one_at_a_time_and_offered_again_until_it_is_in_the_chain(
    spine: Spine, chain: Chain
) -> None:
    step = anchorer(spine, chain, entries=1).step
    for _ in range(3):
        spine.submit(submission())
        step()
    assert len(chain.sent) == 1
    assert chain.resent == 2
    seen(spine, mined=(advanced(spine, 1),))
    step()
    assert [purpose.split()[-1] for purpose in chain.sent] == ["1", "3"]


def test_nothing_new_is_not_anchored(spine: Spine, chain: Chain) -> None:
    anchorer(spine, chain, entries=1).step()
    assert chain.sent == []


def test_an_anchor_adds_no_more_than_the_contract_takes(spine: Spine, chain: Chain) -> None:
    assert MOST_IN_ONE_ANCHOR == 2**16
    for _ in range(5):
        spine.submit(submission())
    anchorer(spine, chain, entries=1, most=2).step()
    assert chain.sent[0].endswith(" 2")


def test_what_is_kept_is_cosigned_and_described(spine: Spine, chain: Chain) -> None:
    sealed = registration(registration_body(consent=[]), visibility=Visibility.SEALED)
    for body in (submission(), signed(sealed).to_bytes(), submission(), submission()):
        spine.submit(body)
    anchorer(spine, chain, entries=1).step()
    kept = newest(spine)
    assert kept is not None
    assert cosigned_at(parse_note(kept.note), WITNESS.key) is not None
    manifest = parse_manifest(kept.manifest)
    assert manifest.previous is None
    assert manifest.published == ((0, 1), (2, 4))
    assert set(manifest.tiles) == {"tile/0/000.p/4", "tile/entries/000.p/4"}
    for path, digest in manifest.tiles.items():
        assert parse_path(path).width == 4
        assert sha256(spine.reading.tile(path)).digest() == digest


def test_a_manifest_names_the_one_before(spine: Spine, chain: Chain) -> None:
    step = anchorer(spine, chain, entries=1).step
    spine.submit(submission())
    step()
    first = newest(spine)
    seen(spine, mined=(advanced(spine, 1),))
    spine.submit(submission())
    step()
    second = newest(spine)
    assert first is not None
    assert second is not None
    assert parse_manifest(second.manifest).previous == sha256(first.manifest).digest()


def test_entries_go_from_received_to_final_and_back(spine: Spine, chain: Chain) -> None:
    spine.submit(submission())
    step = anchorer(spine, chain, entries=1).step
    step()
    assert state(spine, 0) == "received"
    event = advanced(spine, 1)
    seen(spine, mined=(event,))
    assert state(spine, 0) == "anchored"
    seen(spine, reorged=(event.raw,))
    assert state(spine, 0) == "received"
    step()
    assert chain.resent == 1
    again = advanced(spine, 1, fork=1, block=8)
    seen(spine, mined=(again,), final=(again,))
    assert state(spine, 0) == "final"


def test_of_several_lost_anchors_the_first_goes_first(spine: Spine, chain: Chain) -> None:
    step = anchorer(spine, chain, entries=1).step
    events = []
    for size in (1, 2):
        spine.submit(submission())
        step()
        events.append(advanced(spine, size, block=6 + size))
        seen(spine, mined=(events[-1],))
    seen(spine, reorged=tuple(event.raw for event in events))
    chain.standing.clear()
    chain.sent.clear()
    step()
    assert [purpose.split()[-1] for purpose in chain.sent] == ["1"]


@pytest.mark.parametrize(("size", "code"), [(5, "LOG_BEHIND_CHAIN"), (1, "LOG_FORKED")])
def test_an_old_copy_of_the_log_is_not_appended_to(
    spine: Spine, chain: Chain, size: int, code: str
) -> None:
    spine.submit(submission())
    chain.head = (size, 1, b"\x11" * 32)
    history = History(Logs(chain, CONTRACT), spine.log, spine.appender)
    with pytest.raises(Damaged) as refused:
        history.step()
    assert refused.value.code == code
    with pytest.raises(Damaged) as held:
        spine.submit(submission())
    assert held.value.code == code
    assert spine.log.size == 1


def test_a_log_that_continues_its_anchors_is(spine: Spine, chain: Chain) -> None:
    spine.submit(submission())
    spine.submit(submission())
    chain.head = (1, 1, spine.log.tree.root(1))
    History(Logs(chain, CONTRACT), spine.log, spine.appender).step()
    assert spine.submit(submission()).receipt.index == 2


class OneMore:
    """A witness of another region that is away until it is not."""

    def __init__(self) -> None:
        self.away = True
        self.signer = witness_signer(OrganisationId(b"\x02" * 32), b"\x03" * 32)

    def ask(self, note: Note, _size: int, _enough: Callable[[Note], bool] | None = None) -> Note:
        if self.away or cosigned_at(note, self.signer.key):
            return note
        return with_signatures(note, [cosign(note.text, self.signer, datetime.now(UTC))])

    @property
    def troubles(self) -> Mapping[str, RegistryError]:
        return {"the other": Unavailable("PEER_UNREACHABLE", "it is off")} if self.away else {}

    def signed(self, note: str) -> bool:
        return cosigned_at(parse_note(note), self.signer.key) is not None


def test_a_witness_that_was_away_is_asked_again_and_the_manifest_stays(
    spine: Spine, chain: Chain
) -> None:
    other = OneMore()
    anchoring = anchorer(spine, chain, entries=1, others=other, vouched=other.signed)
    spine.submit(submission())
    anchoring.step()
    before = newest(spine)
    assert before is not None
    assert chain.sent, "the anchor does not wait for ever"
    with pytest.raises(Unavailable) as missing:
        anchoring.complete()
    assert missing.value.code == "QUORUM_MISSING"
    assert "the other: PEER_UNREACHABLE" in missing.value.detail
    other.away = False
    anchoring.complete()
    after = newest(spine)
    assert after is not None
    assert other.signed(after.note)
    assert not other.signed(before.note)
    assert after.manifest == before.manifest
    anchoring.complete()
    assert newest(spine) == after, "nobody is asked for what is there"


def test_the_manifest_carries_the_cosignatures_that_came_in_time(
    spine: Spine, chain: Chain
) -> None:
    other = OneMore()
    other.away = False
    anchoring = anchorer(spine, chain, entries=1, others=other, vouched=other.signed)
    spine.submit(submission())
    anchoring.step()
    prepared = newest(spine)
    assert prepared is not None
    assert other.signed(parse_manifest(prepared.manifest).checkpoint)
