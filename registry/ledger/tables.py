"""The spine's rows: logs, records, checkpoints, anchors and the lane of chain transactions.

Digests are 32 raw bytes, times whole seconds since 1970 in UTC. The own log and every followed one
stand side by side. A row of `entries` or `records` is inserted once and never changed (but for the
`fault` of an entry whose bytes arrive later); what is learnt later (anchors) is joined to it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    false,
)

from registry.storage.engine import metadata

Digest = LargeBinary(32)

entries = Table(
    "entries",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary(128), nullable=False),
    Column("digest", Digest, nullable=False),
    # Of the own log only. The size of the tree when this entry's group was signed rebuilds the
    # first receipt to the byte.
    Column("received_at", BigInteger),
    Column("receipt_size", BigInteger),
    # Why the entry of another log is not projected; null where it is, or is sealed.
    Column("fault", String(40)),
    Index("ix_entries_digest", "digest"),
)
# Few entries are at fault, and they are looked for often.
Index(
    "ix_entries_fault",
    entries.c.log,
    entries.c.position,
    sqlite_where=entries.c.fault.is_not(None),
    postgresql_where=entries.c.fault.is_not(None),
)

# What an entry holds, where its bytes are known: the same record may stand in two logs.
records = Table(
    "records",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Digest, nullable=False),
    Column("number", String(19), nullable=False),
    Column("type", String(31), nullable=False),
    Column("subject", Digest),
    Column("previous", Digest),
    Column("sealed", Boolean, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("signatures", LargeBinary, nullable=False),
    ForeignKeyConstraint(["log", "position"], ["entries.log", "entries.position"]),
    Index("ix_records_digest", "digest"),
    Index("ix_records_number", "number"),
    Index("ix_records_subject", "subject"),
)

# Checkpoints with their manifests: own ones as they were prepared, others' as they were published.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("old_size", BigInteger, nullable=False),
    Column("root", Digest, nullable=False),
    Column("note", String, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("prepared_at", BigInteger, nullable=False),
    Column("published", Boolean, nullable=False, server_default=false()),
)

# What the chain says of any log: mined, and final after the founders' confirmations.
anchors = Table(
    "anchors",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", Digest, nullable=False),
    Column("manifest", Digest, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("transaction", Digest, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", Digest, nullable=False),
    Column("final", Boolean, nullable=False),
)

# The last checkpoint of each log that this node's witness put its name to.
witnessed = Table(
    "witnessed",
    metadata,
    Column("log", Digest, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", Digest, nullable=False),
    Column("at", BigInteger, nullable=False),
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
