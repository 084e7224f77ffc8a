"""Identity and health data, sealed under a key of each person."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The journal keeps these under a subject of their own: the history of a person is shown to more people.
# A blind index in it would let a number be guessed after the person was erased.
TRIGGERS = (
    "journal_attach('identity_documents', 'identity', 'person_id', 'number_index')",
    "journal_attach('particulars', 'identity', 'person_id')",
)

# Sealing the same anew under another key is no change to whoever reads.
TOUCH = """
CREATE TRIGGER touch AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW
WHEN (current_setting('pobratym.verb', true) IS DISTINCT FROM 'rotate_vault')
EXECUTE FUNCTION touch_write('people', 'person_id')
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _keys()
    _facts()
    for call in TRIGGERS:
        op.execute(f"SELECT {call}")
    for table in ("identity_documents", "particulars"):
        op.execute(TOUCH.format(table=table))
    # A key that is gone without a trace would let the person be sealed anew: it is destroyed, never deleted.
    op.execute("REVOKE DELETE ON subject_keys FROM pobratym_app")


def _keys() -> None:
    op.create_table(
        "subject_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("made_under", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["people.id"], name=op.f("fk_subject_keys_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_keys")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_subject_keys_subject_id")),
    )
    op.create_index(op.f("ix_subject_keys_kek_id"), "subject_keys", ["kek_id"], unique=False)
    op.create_table(
        "vault_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_keys")),
        sa.UniqueConstraint("kek_id", name=op.f("uq_vault_keys_kek_id")),
    )


def _facts() -> None:
    op.create_table(
        "identity_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("number_sealed", sa.Text(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("issuer_sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_on > issued_on", name=op.f("ck_identity_documents_order")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identity_documents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_documents")),
    )
    op.create_index("ix_identity_documents_number", "identity_documents", ["number_index"], unique=False)
    unique = ["person_id", "kind", "number_index"]
    op.create_index("uq_identity_documents_number", "identity_documents", unique, unique=True)
    op.create_table(
        "particulars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_particulars_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_particulars")),
    )
    op.create_index("uq_particulars_person_kind", "particulars", ["person_id", "kind"], unique=True)


def downgrade() -> None:
    for table in ("particulars", "identity_documents", "vault_keys", "subject_keys"):
        op.drop_table(table)
