"""Published cases, what was said of them, and recognitions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_citations",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cited", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_case_citations_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_case_citations")),
    )
    op.create_index(op.f("ix_case_citations_cited"), "case_citations", ["cited"], unique=False)
    op.create_table(
        "case_fields",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_case_fields_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", "field", "value", name=op.f("pk_case_fields")),
    )
    op.create_index("ix_case_fields_value", "case_fields", ["field", "value"], unique=False)
    op.create_table(
        "case_publications",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.String(length=48), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("station", sa.String(length=10), nullable=False),
        sa.Column("organisation", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_case_publications_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_case_publications")),
    )
    op.create_index(op.f("ix_case_publications_case"), "case_publications", ["case"], unique=False)
    op.create_index(
        op.f("ix_case_publications_reference"), "case_publications", ["reference"], unique=False
    )
    op.create_index(
        "ix_case_publications_station", "case_publications", ["station", "region"], unique=False
    )
    op.create_table(
        "case_statuses",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_case_statuses_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_case_statuses")),
    )
    op.create_index(op.f("ix_case_statuses_case"), "case_statuses", ["case"], unique=False)
    op.create_table(
        "case_words",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_case_words_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", "word", name=op.f("pk_case_words")),
    )
    op.create_index("ix_case_words_word", "case_words", ["word"], unique=False)
    op.create_table(
        "recognitions",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recognition", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recognised", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.String(length=48), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("station", sa.String(length=10), nullable=False),
        sa.Column("organisation", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_recognitions_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_recognitions")),
    )
    op.create_index(
        op.f("ix_recognitions_recognised"), "recognitions", ["recognised"], unique=False
    )
    op.create_index(
        op.f("ix_recognitions_recognition"), "recognitions", ["recognition"], unique=False
    )
    op.create_index(op.f("ix_recognitions_reference"), "recognitions", ["reference"], unique=False)
    op.create_index("ix_recognitions_station", "recognitions", ["station", "region"], unique=False)


def downgrade() -> None:
    for table in (
        "recognitions",
        "case_words",
        "case_statuses",
        "case_publications",
        "case_fields",
        "case_citations",
    ):
        op.drop_table(table)  # and its indexes with it
