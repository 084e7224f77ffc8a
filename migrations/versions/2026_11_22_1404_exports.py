"""Files made of the journal: exports for auditors, and the archive. And what an auditor looks for has an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('journal_exports', 'journal_exports', 'id')",
    "journal_attach('journal_archives', 'journal_archives', 'id')",
)
INDEXES = (
    "CREATE INDEX ix_journal_verb ON journal (verb, id)",
    "CREATE INDEX ix_journal_refused ON journal (outcome, id) WHERE outcome <> 'done'",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "journal_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_count", sa.Integer(), nullable=True),
        sa.Column("byte_count", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_journal_exports_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_exports")),
    )
    op.create_index("ix_journal_exports_asked_by", "journal_exports", ["asked_by", "id"], unique=False)
    op.create_index(
        "ix_journal_exports_due",
        "journal_exports",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_table(
        "journal_archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_archives")),
        sa.UniqueConstraint("part", name=op.f("uq_journal_archives_part")),
    )
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")
    for index in INDEXES:
        op.execute(f"-- squawk-ignore require-concurrent-index-creation\n{index}")
    # Only the owner's command archives.
    op.execute("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON journal_archives FROM pobratym_app")


def downgrade() -> None:
    op.drop_index("ix_journal_refused", table_name="journal")
    op.drop_index("ix_journal_verb", table_name="journal")
    op.drop_table("journal_archives")
    op.drop_table("journal_exports")
