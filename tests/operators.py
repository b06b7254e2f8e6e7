"""Operators of logs without a node: honest ones, who publish as the protocol says, and liars.

An `Operator` writes a log, anchors it on a `Chain` that is a list, and serves its blocks. A
`Follow` is a node without a chain or sockets that follows such logs on a database of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Table, func, select

from registry.bootstrap import RECORD_TYPES
from registry.documents.embedded import EmbeddedDocuments
from registry.errors import Damaged, NotFound, RegistryError, Unavailable
from registry.ledger import checkpoints, repository
from registry.ledger.checkpoints import Mined
from registry.ledger.examine import Examiner
from registry.ledger.following.contents import Contents
from registry.ledger.following.follower import Follower, Patience
from registry.ledger.following.sources import Exchange
from registry.ledger.log import Logs, OwnLog
from registry.ledger.types import RecordType
from registry.proofs.checkpoint import Checkpoint, log_id, origin_of, sign_checkpoint
from registry.proofs.cid import RAW, Cid
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.manifest import Manifest
from registry.proofs.note import NoteSigner, VerifierKey
from registry.proofs.record import Digest, LogId, OrganisationId
from registry.proofs.submission import Submission
from registry.proofs.tiles import FULL, Tile, encode_bundle, tiles_between
from registry.proofs.tree import Tree
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from tests.drafts import LEDGER, registration, signed

START = int(datetime(2026, 11, 22, 3, tzinfo=UTC).timestamp())
PUBLICATION_S = 60
WAITS_S = 60


def work() -> Submission:
    """A registration like any other."""
    return signed(registration())


def digest_of(data: bytes) -> Digest:
    return Digest(sha256(data).digest())


@dataclass
class Chain:
    """What the contract said: anchors in the order of their blocks, one a block."""

    anchors: list[Mined] = field(default_factory=list)
    blocks: int = 0

    def block(self) -> tuple[int, int]:
        """The next block: its number and its time."""
        self.blocks += 1
        return self.blocks, START + 10 * self.blocks

    def advance(self, log: LogId, size: int, root: bytes, manifest: bytes) -> Mined:
        number, time = self.block()
        mined = Mined(
            log=log,
            size=size,
            root=root,
            manifest=manifest,
            time=time,
            transaction=sha256(b"transaction %d" % number).digest(),
            block_number=number,
            block_hash=sha256(b"block %d" % number).digest(),
            final=True,
        )
        self.anchors.append(mined)
        return mined


class Operator:
    """An organisation's log as its operator writes, anchors and publishes it.

    `blocks` is what it serves: a test takes some away, or changes them.
    """

    def __init__(self, name: str, chain: Chain, organisation: OrganisationId | None = None) -> None:
        """`organisation`: one made of the name unless given."""
        self.organisation = organisation or OrganisationId(sha256(name.encode()).digest())
        self.log = log_id(self.organisation)
        self.signer = NoteSigner(origin_of(self.log), sha256(b"log of " + name.encode()).digest())
        self.url = f"https://{name.lower()}.example"
        self.chain = chain
        self.tree = Tree()
        self.entries: list[bytes] = []
        self.blocks: dict[bytes, bytes] = {}
        self.lost: dict[bytes, bytes] = {}
        self.published = 0
        self.previous: Digest | None = None
        # How it serves: at once while `waits` is set, and as these say.
        self.waits = Event()
        self.waits.set()
        self.away = False
        self.lying = False
        self.asked = 0

    @property
    def key(self) -> VerifierKey:
        return self.signer.key

    def add(self, *submissions: Submission) -> None:
        """Append records, their blocks at hand."""
        for each in submissions:
            self.put(each.record.canonical)
            self.put(each.signatures_bytes)
            self.enter(entry_of(each.record, each.signatures_digest))

    def enter(self, *entries: bytes) -> None:
        """Append entries, whatever they are."""
        self.entries += entries
        self.tree.append([leaf_hash(entry) for entry in entries])

    def put(self, data: bytes) -> Digest:
        self.blocks[sha256(data).digest()] = data
        return digest_of(data)

    def withhold(self, data: bytes) -> None:
        self.lose(digest_of(data))

    def lose(self, digest: bytes) -> None:
        """Serve a block no more, until it is found."""
        if digest in self.blocks:
            self.lost[digest] = self.blocks.pop(digest)

    def find(self, digest: bytes) -> None:
        if digest in self.lost:
            self.blocks[digest] = self.lost.pop(digest)

    def anchor(
        self,
        *,
        size: int | None = None,
        signer: NoteSigner | None = None,
        wrong: Mapping[str, bytes] | None = None,
        on_chain: Mapping[str, Any] | None = None,
        **lies: Any,
    ) -> Mined:
        """Publish and anchor what was added, or up to `size`.

        `wrong` are other bytes for tiles, `on_chain` what the chain is told, `lies` are fields of
        the manifest; `signer` signs the head.
        """
        size = self.tree.size if size is None else size
        root = lies.get("root", self.tree.root(size))
        checkpoint = Checkpoint(origin=self.key.name, size=lies.get("size", size), root=root)
        stated = {
            tile.path: self.put((wrong or {}).get(tile.path, self.tile(tile)))
            for tile in tiles_between(self.published, size)
        }
        manifest = Manifest(
            log=self.log,
            size=size,
            root=root,
            checkpoint=sign_checkpoint(checkpoint, signer or self.signer),
            previous=self.previous,
            tiles=stated,
            published=tuple(self.runs(size)),
        )
        manifest = replace(manifest, **lies)
        block = self.put(manifest.canonical())
        told = {"size": manifest.size, "root": root, "manifest": block, **(on_chain or {})}
        self.published, self.previous = size, block
        return self.chain.advance(self.log, **told)

    def tile(self, tile: Tile) -> bytes:
        if tile.level is None:
            start = tile.index * FULL
            return encode_bundle(self.entries[start : start + tile.width])
        return self.tree.tile(tile.level, tile.index, tile.width)

    def runs(self, size: int) -> Iterable[tuple[int, int]]:
        """Each new entry that is not sealed, by itself."""
        for index in range(self.published, size):
            if not self.entries[index].startswith(b"sealed\0"):
                yield index, index + 1

    # ---- as a source of blocks (registry.ledger.following.sources.Blocks) ------------------------

    def block(self, cid: Cid) -> bytes:
        self.asked += 1
        self.waits.wait(WAITS_S)
        if self.away:
            raise Unavailable("PEER_UNREACHABLE", f"{self.url} is away")
        if self.lying:
            raise Damaged("BLOCK_WRONG", f"{self.url} gave other bytes")
        found = self.blocks.get(cid.digest)
        if found is None:
            raise NotFound("BLOCK_MISSING", f"{self.url} does not have it")
        return found

    def close(self) -> None:
        pass


@dataclass
class SteadyClock:
    """Stands a little after the first anchors."""

    time: datetime = datetime.fromtimestamp(START, UTC) + timedelta(seconds=PUBLICATION_S)

    def now(self) -> datetime:
        return self.time


class Follow:
    """A node's following part on `folder`; `close` and open again is a restart.

    Its own log stays empty. `others` are asked for any block.
    """

    def __init__(
        self,
        folder: Path,
        operators: Sequence[Operator],
        *,
        others: Sequence[Operator] = (),
        types: Mapping[str, RecordType] = RECORD_TYPES,
        patience: Patience | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = SteadyClock()
        self.database = Database(open_engine(f"sqlite:///{folder / 'follow.sqlite3'}"))
        upgrade(self.database.engine)
        self.documents = EmbeddedDocuments(folder / "documents")
        own = log_id(OrganisationId(sha256(b"whoever follows").digest()))
        signer = NoteSigner(origin_of(own), sha256(b"its key").digest())
        self.logs = Logs(OwnLog(log_id=own, signer=signer, tree=Tree()), self.database)
        self.operators = operators
        known = {each.url: each for each in (*operators, *others)}
        endpoints = {each.organisation: [each.url] for each in operators}
        keys = {each.log: each.key for each in operators}
        self.follower = Follower(
            self.database,
            self.logs,
            lambda: {each.log: each.organisation for each in operators},
            keys.__getitem__,
            Exchange(
                self.documents,
                endpoints.__getitem__,
                [each.url for each in others],
                known.__getitem__,
            ),
            Contents(self.database, self.documents, Examiner(LEDGER, types, self.database)),
            self.clock,
            patience or Patience(publication_s=PUBLICATION_S, again_s=0, round_s=600),
        )

    def learn(self, anchors: Iterable[Mined]) -> None:
        """Let the chain's news arrive."""
        with self.database.write() as connection:
            for mined in anchors:
                checkpoints.keep_anchor(connection, mined)

    def step(self) -> None:
        """One round; what keeps a log back is in `trouble`."""
        with suppress(Unavailable):
            self.follower.step()

    def follow(self, chain: Chain) -> None:
        """All that the chain has, in one round."""
        self.learn(chain.anchors)
        self.step()

    def trouble(self, operator: Operator) -> RegistryError | None:
        return self.follower.troubles.get(operator.log)

    def size(self, operator: Operator) -> int:
        return self.logs[operator.log].size

    def followed(self, operator: Operator) -> int:
        with self.database.read() as connection:
            return repository.followed_size(connection, operator.log)

    def faults(self, operator: Operator) -> dict[int, str | None]:
        """Every entry that is here with its fault."""
        with self.database.read() as connection:
            found = repository.in_range(connection, operator.log, 0, 1 << 20)
        return {each.index: each.fault for each in found}

    def rows(self, table: Table) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def holds(self, data: bytes) -> bool:
        """Whether the own store has these bytes as a block."""
        return self.documents.has(Cid(codec=RAW, digest=digest_of(data)))

    def close(self) -> None:
        self.follower.close()
        self.database.close()
