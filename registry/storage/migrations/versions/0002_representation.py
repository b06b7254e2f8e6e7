"""Representation: the legs of agreements."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_legs",
        sa.Column("log", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leg", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grantor", sa.LargeBinary(length=32), nullable=False),
        sa.Column("grantee", sa.LargeBinary(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["log", "position"],
            ["records.log", "records.position"],
            name=op.f("fk_agreement_legs_log_records"),
        ),
        sa.PrimaryKeyConstraint("log", "position", "leg", name=op.f("pk_agreement_legs")),
    )
    op.create_index("ix_agreement_legs_grantor", "agreement_legs", ["grantor"], unique=False)
    op.create_index("ix_agreement_legs_grantee", "agreement_legs", ["grantee"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_agreement_legs_grantee", table_name="agreement_legs")
    op.drop_index("ix_agreement_legs_grantor", table_name="agreement_legs")
    op.drop_table("agreement_legs")
