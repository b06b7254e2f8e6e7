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

# The node's lane of chain transactions: stored before they are sent, never changed.
transactions = Table(
    "transactions",
    metadata,
    Column("nonce", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Digest, primary_key=True),
    Column("attempt", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("purpose", String(100), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
)

# Logs of the contracts that were seen and are not final yet, as the chain's node gave them.
unconfirmed_logs = Table(
    "unconfirmed_logs",
    metadata,
    Column("block_hash", Digest, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("raw", LargeBinary, nullable=False),
)

# One row: the block up to which everything is final and was projected.
chain_position = Table(
    "chain_position",
    metadata,
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", Digest, nullable=False),
)
