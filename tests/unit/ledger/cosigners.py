"""The own log, witnesses of other organisations, and wires to their nodes that do as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from registry.errors import InvalidInput, NotFound, QuotaExceeded, RegistryError, Unavailable
from registry.ledger.cosigning import Cosigners, Transport
from registry.ledger.witness import StandsElsewhere, Witness
from registry.proofs.cosignature import cosigned_at
from registry.proofs.note import Note, VerifierKey
from registry.proofs.witness_request import PATH, SIZE_TYPE, encode_size, parse_add_checkpoint
from tests.witnesses import SampleLog, Watching, witness_of

LOG = SampleLog()
WAIT_S = 20.0

Reply = tuple[int, str, bytes]
STATUS: tuple[tuple[type[RegistryError], int], ...] = (
    (NotFound, 404),
    (InvalidInput, 422),
    (QuotaExceeded, 429),
)


def answered(witness: Witness, body: bytes) -> Reply:
    """What a node with this witness answers."""
    try:
        return 200, "text/plain", witness.add_checkpoint(body)
    except StandsElsewhere as exc:
        return 409, SIZE_TYPE, encode_size(exc.size)
    except RegistryError as exc:
        status = next(number for kind, number in STATUS if isinstance(exc, kind))
        return status, "application/problem+json", b"{}"


@dataclass
class Wire:
    """A way to a node, and what was asked over it. Implements `Transport`."""

    reply: Callable[[bytes], Reply]
    asked: list[bytes] = field(default_factory=list)
    closed: bool = False

    def post(self, path: str, body: bytes, limit: int) -> Reply:
        assert path == PATH
        assert limit >= len(body)
        self.asked.append(body)
        return self.reply(body)

    def close(self) -> None:
        self.closed = True

    @property
    def from_sizes(self) -> list[int]:
        return [parse_add_checkpoint(body).old for body in self.asked]


class World:
    """The own log, other organisations' witnesses by name, and the wires to their nodes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wires: dict[str, Wire] = {}
        self.listed: list[tuple[VerifierKey, list[str]]] = []
        self.watching: dict[str, Watching] = {}
        self.cosigners = self.asking()

    def asking(self, wait_s: float = WAIT_S) -> Cosigners:
        return Cosigners(LOG.tree, lambda: self.listed, self.connect, wait_s=wait_s)

    def connect(self, url: str) -> Transport:
        if url not in self.wires:
            raise InvalidInput("PEER_URL_REFUSED", "not a public address")
        return self.wires[url]

    def honest(self, name: str) -> Watching:
        """A region with a node that witnesses."""
        folder = self.folder / name
        folder.mkdir()
        watching = self.watching[name] = Watching(folder, name=name)
        self.other(name, lambda body: answered(watching.witness, body))
        return watching

    def other(self, name: str, reply: Callable[[bytes], Reply]) -> Wire:
        """A region whose node answers in its own way."""
        wire = self.wires[f"https://{name}"] = Wire(reply)
        self.listed.append((witness_of(name).key, [f"https://{name}"]))
        return wire

    def ask(self, size: int, note: Note | None = None) -> list[str]:
        """Who cosigned, by name."""
        return self.named(self.cosigners.ask(note or LOG.note(size), size))

    def named(self, note: Note) -> list[str]:
        names = [url.removeprefix("https://") for url in self.wires]
        return [name for name in names if cosigned_at(note, witness_of(name).key)]

    def trouble(self, name: str) -> RegistryError | None:
        return self.cosigners.troubles.get(witness_of(name).key.name)

    def close(self) -> None:
        self.cosigners.close()
        for watching in self.watching.values():
            watching.close()


def unreachable(_body: bytes) -> Reply:
    raise Unavailable("PEER_UNREACHABLE", "nobody answers")
