"""The rows of this room: works by the fingerprint of their content."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table

from registry.storage.engine import metadata

works = Table(
    "works",
    metadata,
    Column("digest", LargeBinary(32), ForeignKey("records.digest"), primary_key=True),
    Column("log", LargeBinary(32), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("content_sha256", LargeBinary(32), nullable=False),
    Column("content_cid", String),
    Column("category", String(16), nullable=False),
    Index("ix_works_content_sha256", "content_sha256"),
    Index("ix_works_content_cid", "content_cid"),
)
