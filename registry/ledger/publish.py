"""Publication: what may travel goes into the document store once its anchor is final.

Public records, their signatures, the new tiles and the manifest become blocks named by their
digests, so that whoever has the manifest's digest from the chain can fetch and check everything.
Each block is read back and hashed before the anchor counts as published.
"""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection

from registry.documents.block import Block
from registry.documents.port import Documents
from registry.ledger import checkpoints, repository
from registry.ledger.anchor import new_tiles
from registry.ledger.checkpoints import Prepared
from registry.ledger.log import Log
from registry.storage.unit_of_work import Database

AT_ONCE = 512


class Publisher:
    """Puts what belongs to final anchors into the document store."""

    def __init__(self, database: Database, log: Log, documents: Documents) -> None:
        """`documents` may be away for a while: nothing is lost, `step` is called again."""
        self._database = database
        self._log = log
        self._documents = documents

    def step(self) -> None:
        """Publish every final anchor that is not published, in their order."""
        with self._database.read() as connection:
            waiting = checkpoints.unpublished(connection, self._log.log_id)
        for checkpoint in waiting:
            self._publish(checkpoint)

    def _publish(self, checkpoint: Prepared) -> None:
        with self._database.read() as connection:
            blocks = self._blocks(connection, checkpoint)
            while some := list(islice(blocks, AT_ONCE)):
                self._documents.put_blocks(some)
                for block in some:
                    # Hashed again: a store that lies is named here, and not by a court.
                    self._documents.get_block(block.cid)
        with self._database.write() as connection:
            checkpoints.mark_published(connection, checkpoint.log, checkpoint.size)

    def _blocks(self, connection: Connection, checkpoint: Prepared) -> Iterator[Block]:
        """What it publishes; the manifest last, so that it never names what is missing."""
        for start in range(checkpoint.old_size, checkpoint.size, AT_ONCE):
            end = min(start + AT_ONCE, checkpoint.size)
            for entered in repository.in_range(connection, checkpoint.log, start, end):
                if not entered.sealed and entered.canonical and entered.signatures:
                    yield Block.of(entered.canonical)
                    yield Block.of(entered.signatures)
        for _, content in new_tiles(connection, self._log, checkpoint.old_size, checkpoint.size):
            yield Block.of(content)
        yield Block.of(checkpoint.manifest)
