"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anchors",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("manifest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_anchors")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("old_size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "witnessed",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_witnessed")),
    )
    op.create_table(
        "chain_position",
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_chain_position")),
    )
    op.create_table(
        "organisation_events",
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=31), nullable=False),
        sa.Column("arguments", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", "place", name=op.f("pk_organisation_events")),
    )
    op.create_table(
        "entries",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(length=128), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt_size", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_digest", "entries", ["digest"], unique=False)
    op.create_index(
        "ix_entries_fault",
        "entries",
        ["log", "position"],
        unique=False,
        sqlite_where=sa.text("fault IS NOT NULL"),
        postgresql_where=sa.text("fault IS NOT NULL"),
    )
    op.create_table(
        "records",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("type", sa.String(length=31), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=True),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["entries.log", "entries.position"],
            name=op.f("fk_records_log_entries"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_records")),
    )
    op.create_index("ix_records_digest", "records", ["digest"], unique=False)
    op.create_index("ix_records_number", "records", ["number"], unique=False)
    op.create_index("ix_records_subject", "records", ["subject"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("nonce", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", "hash", name=op.f("pk_transactions")),
    )
    op.create_index(op.f("ix_transactions_purpose"), "transactions", ["purpose"], unique=False)
    op.create_table(
        "unconfirmed_logs",
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block_hash", "place", name=op.f("pk_unconfirmed_logs")),
    )
    op.create_table(
        "organisation_profiles",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_organisation_profiles_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_organisation_profiles")),
    )
    op.create_index(
        op.f("ix_organisation_profiles_organisation"),
        "organisation_profiles",
        ["organisation"],
        unique=False,
    )
    op.create_table(
        "works",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_cid", sa.String(), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_works_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_works")),
    )
    op.create_index("ix_works_content_cid", "works", ["content_cid"], unique=False)
    op.create_index("ix_works_content_sha256", "works", ["content_sha256"], unique=False)


def downgrade() -> None:
    for table in (
        "works",
        "organisation_profiles",
        "records",
        "entries",
        "unconfirmed_logs",
        "transactions",
        "organisation_events",
        "chain_position",
        "witnessed",
        "checkpoints",
        "anchors",
    ):
        op.drop_table(table)  # and its indexes with it
