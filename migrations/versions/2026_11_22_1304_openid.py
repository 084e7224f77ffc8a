"""Sign-in through an OpenID provider: identities, attempts on their way, and where a grant came from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("grants", sa.Column("source", sa.Text(), server_default=sa.text("'manual'"), nullable=False))
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index("uq_identities_subject", "identities", ["issuer", "subject"], unique=True)
    op.create_index(op.f("ix_identities_user_id"), "identities", ["user_id"], unique=False)
    op.create_table(
        "openid_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("app_challenge", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_openid_attempts_user_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_openid_attempts_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openid_attempts")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_openid_attempts_state_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_openid_attempts_code_hash")),
    )
    op.create_index("ix_openid_attempts_created_at", "openid_attempts", ["created_at"], unique=False)
    op.create_index(op.f("ix_openid_attempts_user_id"), "openid_attempts", ["user_id"], unique=False)
    op.create_index(op.f("ix_openid_attempts_session_id"), "openid_attempts", ["session_id"], unique=False)
    op.execute("SELECT journal_attach('identities', 'users', 'user_id', 'subject')")


def downgrade() -> None:
    op.drop_table("openid_attempts")
    op.drop_table("identities")
    op.drop_column("grants", "source")
