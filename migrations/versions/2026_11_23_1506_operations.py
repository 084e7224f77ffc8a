"""Long operations: asked for, carried out step by step, and final once they are over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OVER = """
CREATE FUNCTION operation_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an operation that is over never changes again'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_operations_over', TABLE = 'operations';
END $$
"""
GUARD = """
CREATE TRIGGER over BEFORE UPDATE ON operations FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL)
EXECUTE FUNCTION operation_over()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("params", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (status IN ('queued', 'running'))", name=op.f("ck_operations_finished")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_operations_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    _create_indexes()
    op.execute(OVER)
    op.execute(GUARD)


def _create_indexes() -> None:
    under_way, over = sa.text("finished_at IS NULL"), sa.text("finished_at IS NOT NULL")
    op.create_index("ix_operations_due", "operations", ["due_at"], postgresql_where=under_way)
    op.create_index("ix_operations_asked_by", "operations", ["asked_by", "id"])
    op.create_index("ix_operations_subject", "operations", ["subject_id"], postgresql_where=under_way)
    op.create_index("ix_operations_over", "operations", ["finished_at"], postgresql_where=over)


def downgrade() -> None:
    op.drop_table("operations")
    op.execute("DROP FUNCTION operation_over()")
