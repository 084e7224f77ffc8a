"""Sessions: kind, device and last use; families of refresh tokens; what failed attempts have to wait for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SESSION = (
    sa.Column("kind", sa.Text(), server_default=sa.text("'token'"), nullable=False),
    sa.Column("method", sa.Text(), server_default=sa.text("'password'"), nullable=False),
    sa.Column("cookie_hash", sa.LargeBinary(), nullable=True),
    sa.Column("device", sa.Text(), nullable=True),
    sa.Column("address", sa.Text(), nullable=True),
    sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("idle_until", sa.DateTime(timezone=True), nullable=True),
)
REFRESH_TOKEN = (
    sa.Column("used_by", sa.LargeBinary(), nullable=True),
    sa.Column("successor_id", sa.Uuid(), nullable=True),
)

# When a session was last used, and so how long it lasts, is no change that anybody looks for in the journal.
UNREMARKABLE = "'{used_at,idle_until,expires_at}'::text[]"
JOURNAL = (
    "DROP TRIGGER journal ON sessions",
    """
CREATE TRIGGER journal AFTER INSERT OR DELETE ON sessions FOR EACH ROW
EXECUTE FUNCTION journal_write('users', 'user_id', 'cookie_hash')
""",
    f"""
CREATE TRIGGER journal_of_changes AFTER UPDATE ON sessions FOR EACH ROW
WHEN (to_jsonb(OLD) - {UNREMARKABLE} IS DISTINCT FROM to_jsonb(NEW) - {UNREMARKABLE})
EXECUTE FUNCTION journal_write('users', 'user_id', 'cookie_hash')
""",
)
JOURNAL_BEFORE = (
    "DROP TRIGGER journal_of_changes ON sessions",
    "DROP TRIGGER journal ON sessions",
    "SELECT journal_attach('sessions', 'users', 'user_id')",
)

# The column is new and empty: the lock is over as soon as it is taken.
UNIQUE = """-- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
ALTER TABLE {table} ADD CONSTRAINT uq_{table}_{column} UNIQUE ({column})"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for column in SESSION:
        op.add_column("sessions", column)
    op.execute(UNIQUE.format(table="sessions", column="cookie_hash"))
    for statement in JOURNAL:
        op.execute(statement)
    for column in REFRESH_TOKEN:
        op.add_column("refresh_tokens", column)
    op.execute(UNIQUE.format(table="refresh_tokens", column="successor_id"))
    op.create_table(
        "throttles",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_throttles")),
    )
    op.create_index("ix_throttles_last_failed_at", "throttles", ["last_failed_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.drop_table("throttles")
    for column in REFRESH_TOKEN:
        op.drop_column("refresh_tokens", column.name)
    for statement in JOURNAL_BEFORE:
        op.execute(statement)
    for column in SESSION:
        op.drop_column("sessions", column.name)
