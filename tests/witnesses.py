"""Logs that grow, fork and lie, and a witness of them on a database of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert

from registry.ledger.clock import ClockGuard
from registry.ledger.tables import anchors, witnessed
from registry.ledger.witness import Witness
from registry.proofs.checkpoint import Checkpoint, log_id, origin_of, sign_checkpoint
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import Note, NoteSigner, VerifierKey, parse_note
from registry.proofs.record import OrganisationId
from registry.proofs.tree import Tree
from registry.proofs.witness_request import AddCheckpoint
from registry.storage.engine import metadata, open_engine
from registry.storage.unit_of_work import Database

BOUND_S = 120
START = datetime(2026, 11, 22, 3, tzinfo=UTC)


def organisation(name: str) -> OrganisationId:
    return OrganisationId(sha256(name.encode()).digest())


def witness_of(name: str) -> NoteSigner:
    """The witness key of the organisation of that name."""
    return witness_signer(organisation(name), sha256(b"witness of " + name.encode()).digest())


class SampleLog:
    """A log of `leaves` entries; two of one name have one key, and differ from `fork` on."""

    def __init__(self, name: str = "Hainan", *, leaves: int = 40, fork: int | None = None) -> None:
        self.id = log_id(organisation(name))
        self.signer = NoteSigner(origin_of(self.id), sha256(b"log of " + name.encode()).digest())
        self.tree = Tree(
            sha256(b"%d" % index if fork is None or index < fork else b"other %d" % index).digest()
            for index in range(leaves)
        )

    @property
    def key(self) -> VerifierKey:
        return self.signer.key

    def note(self, size: int, signer: NoteSigner | None = None) -> Note:
        stated = Checkpoint(origin=self.key.name, size=size, root=self.tree.root(size))
        return parse_note(sign_checkpoint(stated, signer or self.signer))

    def asks(
        self, old: int, size: int, *, proof: Sequence[bytes] | None = None, note: Note | None = None
    ) -> bytes:
        """The request to cosign `size` entries, for a witness that stands at `old`."""
        if proof is None:
            proof = self.tree.consistency_proof(old, size) if old <= size else []
        return AddCheckpoint(old=old, proof=proof, note=note or self.note(size)).encode()


@dataclass
class StillClock:
    """A clock that moves when it is told to."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    def tick(self, seconds: int = 1) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Watching:
    """A witness of the logs listed, with its database, its clock and what the chain says."""

    folder: Path
    logs: list[SampleLog] = field(default_factory=lambda: [SampleLog()])
    name: str = "Macau"
    clock: StillClock = field(default_factory=StillClock)
    extra_keys: dict[str, list[VerifierKey]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database = Database(open_engine(f"sqlite:///{self.folder / 'witness.sqlite3'}"))
        metadata.create_all(self.database.engine, tables=[anchors, witnessed])
        self.guard = ClockGuard(self.clock, BOUND_S)
        self.signer = witness_of(self.name)
        self.witness = self.with_signer(self.signer)

    @property
    def key(self) -> VerifierKey:
        return self.signer.key

    def with_signer(self, signer: NoteSigner) -> Witness:
        """A witness on the same database: as after a restart."""
        return Witness(self.database, self.keys, signer, self.guard)

    def keys(self, origin: str) -> list[VerifierKey] | None:
        found = [log.key for log in self.logs if log.key.name == origin]
        return found + self.extra_keys.get(origin, []) if found else None

    def anchored(self, log: SampleLog, size: int, *, final: bool = True) -> None:
        """Let the chain hold the head of `size` entries."""
        row = {
            "log": log.id,
            "size": size,
            "root": log.tree.root(size),
            "manifest": bytes(32),
            "time": 1,
            "transaction": bytes(32),
            "block_number": size,
            "block_hash": bytes(32),
            "final": final,
        }
        with self.database.write() as connection:
            connection.execute(insert(anchors).values(row))

    def close(self) -> None:
        self.database.close()
