"""The rows of this room: works by the fingerprint of their content."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, String, Table

from registry.storage.engine import metadata

works = Table(
    "works",
    metadata,
    Column("log", LargeBinary(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("content_sha256", LargeBinary(32), nullable=False),
    Column("content_cid", String),
    Column("category", String(16), nullable=False),
    ForeignKeyConstraint(["log", "position"], ["records.log", "records.position"]),
    Index("ix_works_content_sha256", "content_sha256"),
    Index("ix_works_content_cid", "content_cid"),
)
