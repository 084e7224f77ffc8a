"""The seal of the journal: a leaf for each entry, the nodes above them, and the signed checkpoints.

Whatever is sealed can be added to and read, and is never changed. The leaves of a part that went to the archive stay.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# `mark` can be made by the application only: it tells which leaf of a false tree is the false one.
LEAVES = """
CREATE TABLE journal_leaves (
  position bigint NOT NULL CONSTRAINT pk_journal_leaves PRIMARY KEY,
  journal_id bigint NOT NULL CONSTRAINT uq_journal_leaves_journal_id UNIQUE,
  hash bytea NOT NULL CONSTRAINT ck_journal_leaves_hash CHECK (length(hash) = 32),
  mark bytea NOT NULL
)
"""
NODES = """
CREATE TABLE journal_nodes (
  level integer NOT NULL,
  index bigint NOT NULL,
  hash bytea NOT NULL CONSTRAINT ck_journal_nodes_hash CHECK (length(hash) = 32),
  CONSTRAINT pk_journal_nodes PRIMARY KEY (level, index)
)
"""
CHECKPOINTS = """
CREATE TABLE journal_checkpoints (
  size bigint NOT NULL CONSTRAINT pk_journal_checkpoints PRIMARY KEY,
  root bytea NOT NULL CONSTRAINT ck_journal_checkpoints_root CHECK (length(root) = 32),
  at timestamptz NOT NULL,
  key_id text NOT NULL,
  note text NOT NULL
)
"""
TABLES = ("journal_leaves", "journal_nodes", "journal_checkpoints")

# From the beginning of the journal, whatever epoch that was.
CURSORS = """
INSERT INTO journal_cursors (name, epoch, xid, entry_id, moved_at)
SELECT name, 0, '0', 0, clock_timestamp() FROM unnest(ARRAY['sealer', 'publisher', 'verifier', 'witness']) AS name
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in (LEAVES, NODES, CHECKPOINTS):
        op.execute(table)
    for name in TABLES:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM pobratym_app")
    op.execute(CURSORS)


def downgrade() -> None:
    op.execute("DELETE FROM journal_cursors WHERE name IN ('sealer', 'publisher', 'verifier', 'witness')")
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
