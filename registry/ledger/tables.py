"""The spine's rows: the log, the records, the anchors and the lane of chain transactions.

Digests are 32 raw bytes, times whole seconds since 1970 in UTC. A row of `entries` or `records` is
inserted once and never changed; what is learnt later (anchors) is joined to it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    false,
)

from registry.storage.engine import metadata

Digest = LargeBinary(32)

records = Table(
    "records",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("number", String(19), nullable=False, unique=True),
    Column("type", String(31), nullable=False),
    Column("subject", Digest),
    Column("previous", Digest),
    Column("sealed", Boolean, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("signatures", LargeBinary, nullable=False),
    Index("ix_records_subject", "subject"),
)

entries = Table(
    "entries",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary(128), nullable=False),
    Column("digest", Digest, ForeignKey("records.digest"), nullable=False, unique=True),
    Column("received_at", BigInteger, nullable=False),
    # The size of the tree when this entry's group was signed: with it the first receipt is
    # rebuilt to the byte.
    Column("receipt_size", BigInteger, nullable=False),
)

anchors = Table(
    "anchors",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("old_size", BigInteger, nullable=False),
    Column("root", Digest, nullable=False),
    Column("checkpoint", String, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("prepared_at", BigInteger, nullable=False),
    Column("transaction", Digest),
    Column("block_number", BigInteger),
    Column("block_hash", Digest),
    Column("block_time", BigInteger),
    Column("final", Boolean, nullable=False, server_default=false()),
    Column("published", Boolean, nullable=False, server_default=false()),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(31), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
