"""Cosignatures are gathered from whoever gives one that holds; nobody else is waited for."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.errors import Conflict, Damaged, RegistryError, Unavailable
from registry.ledger.cosigning import Cosigners, Transport
from registry.proofs.cosignature import cosign, cosigned_at
from registry.proofs.note import Note, NoteSignature
from registry.proofs.witness_request import SIZE_TYPE, encode_size, parse_add_checkpoint
from tests.unit.ledger.cosigners import LOG, WAIT_S, Reply, World, answered, unreachable
from tests.witnesses import START, Watching, witness_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_alone_there_is_nobody_to_ask(world: World) -> None:
    note = LOG.note(8)
    assert world.cosigners.ask(note, 8) == note
    assert world.cosigners.troubles == {}


def test_all_others_cosign(world: World) -> None:
    for name in ("macau", "singapore", "japan"):
        world.honest(name)
    assert world.ask(8) == ["macau", "singapore", "japan"]
    assert world.cosigners.troubles == {}


def test_the_note_itself_is_not_touched(world: World) -> None:
    world.honest("macau")
    own = cosign(LOG.note(8).text, witness_of("hainan"), START)
    note = Note(text=LOG.note(8).text, signatures=(*LOG.note(8).signatures, own))
    cosigned = world.cosigners.ask(note, 8)
    assert cosigned.text == note.text
    assert cosigned.signatures[:2] == note.signatures
    assert len(cosigned.signatures) == 3


def test_where_a_witness_stands_is_learnt_once(world: World) -> None:
    watching = world.honest("macau")
    watching.witness.add_checkpoint(LOG.asks(0, 5))
    wire = world.wires["https://macau"]
    for size in (8, 12, 20):
        watching.clock.tick()
        assert world.ask(size) == ["macau"]
    assert wire.from_sizes == [0, 5, 8, 12]


def test_and_learnt_again_when_it_moved_or_lost_its_memory(world: World) -> None:
    watching = world.honest("macau")
    assert world.ask(8) == ["macau"]
    watching.clock.tick()
    watching.witness.add_checkpoint(LOG.asks(8, 9))
    watching.clock.tick()
    assert world.ask(12) == ["macau"]
    watching.close()
    (world.folder / "new").mkdir()
    fresh = world.watching["macau"] = Watching(world.folder / "new", name="macau")
    world.wires["https://macau"].reply = lambda body: answered(fresh.witness, body)
    assert world.ask(20) == ["macau"]
    assert world.wires["https://macau"].from_sizes == [0, 8, 9, 12, 0]


def test_who_cosigned_before_is_not_asked_again(world: World) -> None:
    world.honest("macau")
    away = world.other("singapore", unreachable)
    first = world.cosigners.ask(LOG.note(8), 8)
    assert world.named(first) == ["macau"]
    world.honest("japan")
    assert world.ask(8, first) == ["macau", "japan"]
    assert len(world.wires["https://macau"].asked) == 1
    assert len(away.asked) == 2


def test_a_checkpoint_is_completed_when_a_witness_comes_back(world: World) -> None:
    watching = world.honest("macau")
    wire = world.wires["https://macau"]
    well, wire.reply = wire.reply, unreachable
    note = world.cosigners.ask(LOG.note(8), 8)
    trouble = world.trouble("macau")
    assert trouble is not None
    assert trouble.code == "PEER_UNREACHABLE"
    wire.reply = well
    watching.clock.tick()
    assert world.ask(8, note) == ["macau"]
    assert world.cosigners.troubles == {}


def test_one_new_head_a_second_is_waited_for(world: World) -> None:
    watching = world.honest("macau")

    def reply(body: bytes) -> Reply:
        found = answered(watching.witness, body)
        watching.clock.tick()
        return found

    assert world.ask(5) == ["macau"]
    world.wires["https://macau"].reply = reply
    assert world.ask(8) == ["macau"]
    assert world.wires["https://macau"].from_sizes == [0, 5, 5]


def test_a_second_url_is_tried(world: World) -> None:
    world.honest("macau")
    key, (url,) = world.listed.pop()
    world.other("singapore", lambda _body: (404, "text/html", b"a page"))
    world.listed[:] = [(key, ["https://refused", "https://singapore", url])]
    assert world.ask(8) == ["macau"]


def test_a_node_of_somebody_else_does_not_count(world: World) -> None:
    world.honest("macau")
    world.honest("singapore")
    world.listed[0] = (world.listed[0][0], ["https://singapore"])
    assert world.ask(8) == ["singapore"]
    trouble = world.trouble("macau")
    assert trouble is not None
    assert trouble.code == "COSIGNATURE_FALSE"


# ---- those who are away or wrong ----------------------------------------------------------------


def status(number: int, kind: str = "text/plain", body: bytes = b"") -> Callable[[bytes], Reply]:
    return lambda _body: (number, kind, body)


def forged(name: str, *, text: str | None = None) -> Callable[[bytes], Reply]:
    """The cosignature of `name` under the name asked for, or over another text."""

    def reply(body: bytes) -> Reply:
        note = parse_add_checkpoint(body).note
        line = cosign(text or note.text, witness_of(name), START)
        key = witness_of("macau").key
        told = NoteSignature(name=key.name, key_id=key.key_id, value=line.value)
        return 200, "text/plain", told.line.encode()

    return reply


def broken(_body: bytes) -> Reply:
    raise RuntimeError("a fault of our own")


WRONG: dict[str, tuple[Callable[[bytes], Reply], type[RegistryError], str]] = {
    "away": (unreachable, Unavailable, "PEER_UNREACHABLE"),
    "log unknown there": (status(404), Unavailable, "WITNESS_REFUSED"),
    "refuses the signature": (status(403), Unavailable, "WITNESS_REFUSED"),
    "refuses the proof": (status(422), Unavailable, "WITNESS_REFUSED"),
    "redirects": (status(302), Unavailable, "WITNESS_REFUSED"),
    "fails": (status(500), Unavailable, "WITNESS_REFUSED"),
    "no cosignature": (status(200), Damaged, "COSIGNATURE_FALSE"),
    "no text": (status(200, body=b"\xff\n"), Damaged, "COSIGNATURE_FALSE"),
    "no base 64": (status(200, body="— macau !!!\n".encode()), Damaged, "COSIGNATURE_FALSE"),
    "another's key": (forged("singapore"), Damaged, "COSIGNATURE_FALSE"),
    "another's text": (forged("macau", text="x\n1\n\n"), Damaged, "COSIGNATURE_FALSE"),
    "another root": (status(409, SIZE_TYPE, b"0\n"), Damaged, "WITNESS_ROOT_DIFFERS"),
    "ahead": (status(409, SIZE_TYPE, b"40\n"), Conflict, "WITNESS_AHEAD"),
    "more than there is": (status(409, SIZE_TYPE, b"41\n"), Damaged, "WITNESS_KNOWS_MORE"),
    "a size in another type": (status(409, body=b"5\n"), Damaged, "PEER_ANSWER_MALFORMED"),
    "no size": (status(409, SIZE_TYPE, b"x\n"), Damaged, "PEER_ANSWER_MALFORMED"),
    "a fault of our own": (broken, RegistryError, "NODE_FAILED"),
}


@pytest.mark.parametrize(("reply", "kind", "code"), WRONG.values(), ids=list(WRONG))
def test_it_is_told_and_the_others_count(
    world: World, reply: Callable[[bytes], Reply], kind: type[RegistryError], code: str
) -> None:
    world.other("macau", reply)
    world.honest("singapore")
    assert world.ask(8) == ["singapore"]
    trouble = world.trouble("macau")
    assert isinstance(trouble, kind)
    assert trouble.code == code
    assert world.trouble("singapore") is None


def test_a_witness_without_an_endpoint_is_told(world: World) -> None:
    world.listed.append((witness_of("macau").key, []))
    assert world.ask(8) == []
    trouble = world.trouble("macau")
    assert trouble is not None
    assert trouble.code == "PEER_UNREACHABLE"


def test_a_url_that_is_refused_is_told(world: World) -> None:
    world.listed.append((witness_of("macau").key, ["https://refused"]))
    assert world.ask(8) == []
    trouble = world.trouble("macau")
    assert trouble is not None
    assert trouble.code == "PEER_URL_REFUSED"


def test_sizes_that_move_for_ever_are_not_followed_for_ever(world: World) -> None:
    sizes = iter(range(1, 8))
    wire = world.other("macau", lambda _body: (409, SIZE_TYPE, encode_size(next(sizes))))
    assert world.ask(8) == []
    trouble = world.trouble("macau")
    assert trouble is not None
    assert trouble.code == "WITNESS_REFUSED"
    assert len(wire.asked) == 4


def test_one_that_lies_about_its_size_is_believed_again_later(world: World) -> None:
    watching = world.honest("macau")
    wire = world.wires["https://macau"]
    well, wire.reply = wire.reply, status(409, SIZE_TYPE, b"999999999\n")
    assert world.ask(8) == []
    wire.reply = well
    watching.clock.tick()
    assert world.ask(12) == ["macau"]


# ---- time ---------------------------------------------------------------------------------------


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """Whoever waits for it is silent until the test is over."""
    over = threading.Event()
    yield over
    over.set()


def test_a_silent_one_keeps_nobody_waiting(world: World, silence: threading.Event) -> None:
    def reply(body: bytes) -> Reply:
        silence.wait()
        return unreachable(body)

    silent = world.other("macau", reply)
    watching = world.honest("singapore")
    world.cosigners.close()
    world.cosigners = world.asking(wait_s=0.5)
    for size in (8, 12):
        assert world.ask(size) == ["singapore"]
        trouble = world.trouble("macau")
        assert trouble is not None
        assert trouble.code == "PEER_UNREACHABLE"
        watching.clock.tick()
    assert len(silent.asked) == 1, "a question that waits is not asked a second time"


def test_when_it_is_enough_the_rest_is_not_waited_for(
    world: World, silence: threading.Event
) -> None:
    def reply(body: bytes) -> Reply:
        silence.wait()
        return unreachable(body)

    world.other("macau", reply)
    world.honest("singapore")
    singapore = witness_of("singapore").key
    note = world.cosigners.ask(LOG.note(8), 8, lambda n: cosigned_at(n, singapore) is not None)
    assert world.named(note) == ["singapore"]
    assert world.cosigners.troubles == {}


def test_when_it_is_enough_already_nobody_is_asked(world: World) -> None:
    wire = world.other("macau", unreachable)
    assert world.cosigners.ask(LOG.note(8), 8, lambda _note: True) == LOG.note(8)
    assert wire.asked == []


def test_ways_to_nodes_are_kept_and_let_go(world: World) -> None:
    made: list[str] = []

    def connect(url: str) -> Transport:
        made.append(url)
        return world.wires[url]

    watching = world.honest("macau")
    cosigners = Cosigners(LOG.tree, lambda: world.listed, connect, wait_s=WAIT_S)
    for size in (8, 12):
        cosigners.ask(LOG.note(size), size)
        watching.clock.tick()
    assert made == ["https://macau"]
    world.listed.clear()
    cosigners.ask(LOG.note(20), 20)
    assert world.wires["https://macau"].closed
    cosigners.close()


def test_two_questions_to_one_witness_go_one_after_the_other(
    world: World, silence: threading.Event
) -> None:
    watching = world.honest("macau")
    wire = world.wires["https://macau"]
    well = wire.reply
    asked = threading.Event()

    def slowly(body: bytes) -> Reply:
        asked.set()
        silence.wait()
        wire.reply = well
        return well(body)

    wire.reply = slowly
    with ThreadPoolExecutor(2) as askers:
        first = askers.submit(world.ask, 8)
        asked.wait()
        second = askers.submit(world.ask, 12)
        watching.clock.tick()
        silence.set()
        assert first.result() == ["macau"]
        watching.clock.tick()
        assert second.result() == ["macau"]
    assert wire.from_sizes[:1] == [0]
    assert wire.from_sizes[-1] == 8
    assert world.cosigners.troubles == {}
