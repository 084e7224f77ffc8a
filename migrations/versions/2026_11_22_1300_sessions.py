"""Sessions: what kind they are, how they began, when they were last used and proved."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column("kind", sa.Text(), server_default=sa.text("'token'"), nullable=False),
    sa.Column("method", sa.Text(), server_default=sa.text("'password'"), nullable=False),
    sa.Column("cookie_hash", sa.LargeBinary(), nullable=True),
    sa.Column("address", sa.Text(), nullable=True),
    sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("idle_until", sa.DateTime(timezone=True), nullable=True),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for column in COLUMNS:
        op.add_column("sessions", column)
    op.create_unique_constraint("uq_sessions_cookie_hash", "sessions", ["cookie_hash"])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("sessions", column.name)
