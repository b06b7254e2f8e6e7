"""The rows of this room: the legs of agreements, by who grants and who receives."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from registry.storage.engine import metadata

agreement_legs = Table(
    "agreement_legs",
    metadata,
    Column("log", LargeBinary(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("leg", Integer, primary_key=True, autoincrement=False),
    Column("grantor", LargeBinary(32), nullable=False),
    Column("grantee", LargeBinary(32), nullable=False),
    # Civil days, half-open; null is an open end.
    Column("valid_from", Date),
    Column("valid_to", Date),
    ForeignKeyConstraint(["log", "position"], ["records.log", "records.position"]),
    Index("ix_agreement_legs_grantor", "grantor"),
    Index("ix_agreement_legs_grantee", "grantee"),
)
