"""The rows of this room: the chain's final events about organisations, and profiles."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, LargeBinary, String, Table

from registry.storage.engine import metadata

organisation_events = Table(
    "organisation_events",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("name", String(31), nullable=False),
    # The event's arguments as canonical JSON, bytes as hex.
    Column("arguments", LargeBinary, nullable=False),
)

organisation_profiles = Table(
    "organisation_profiles",
    metadata,
    Column("log", LargeBinary(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("organisation", LargeBinary(32), nullable=False, index=True),
    ForeignKeyConstraint(["log", "position"], ["records.log", "records.position"]),
)
