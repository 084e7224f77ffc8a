"""When the provider asked the person, and which session an app's code has opened."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("openid_attempts", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("openid_attempts", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_openid_attempts_session_id"),
        "openid_attempts",
        "sessions",
        ["session_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_openid_attempts_session_id"), "openid_attempts", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_column("openid_attempts", "session_id")
    op.drop_column("openid_attempts", "proved_at")
