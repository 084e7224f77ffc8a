"""Registers of letters, their templates, and campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('letter_templates', 'letter_templates', 'id')",
    "journal_attach('campaigns', 'campaigns', 'id')",
    "journal_attach('letters', 'letters', 'id', '', 'addressee_name,addressee_position')",
    "version_attach('letter_templates')",
    "version_attach('campaigns')",
    "version_attach('letters')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _create_letter_templates()
    _create_campaigns()
    _create_letters()
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def _create_letter_templates() -> None:
    op.create_table(
        "letter_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signatory_name", sa.Text(), nullable=True),
        sa.Column("signatory_position", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_letter_templates_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
    )
    op.create_index("ix_letter_templates_updated", "letter_templates", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_letter_templates",
        "letter_templates",
        ["organization_id", "code", "language"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("template_uk_id", sa.Uuid(), nullable=True),
        sa.Column("template_en_id", sa.Uuid(), nullable=True),
        sa.Column("answer_days", sa.Integer(), server_default=sa.text("14"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 365", name=op.f("ck_campaigns_answer_days")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_campaigns_organization_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_campaigns_owner_id")),
        sa.ForeignKeyConstraint(["template_en_id"], ["letter_templates.id"], name=op.f("fk_campaigns_template_en_id")),
        sa.ForeignKeyConstraint(["template_uk_id"], ["letter_templates.id"], name=op.f("fk_campaigns_template_uk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("number", name=op.f("uq_campaigns_number")),
    )
    op.create_index(op.f("ix_campaigns_organization_id"), "campaigns", ["organization_id"], unique=False)
    op.create_index(op.f("ix_campaigns_owner_id"), "campaigns", ["owner_id"], unique=False)
    op.create_index("ix_campaigns_updated", "campaigns", ["updated_at", "id"], unique=False)


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("partnership_id", sa.Uuid(), nullable=True),
        sa.Column("correspondent_id", sa.Uuid(), nullable=True),
        sa.Column("correspondent_name", sa.Text(), nullable=True),
        sa.Column("addressee_id", sa.Uuid(), nullable=True),
        sa.Column("addressee_name", sa.Text(), nullable=True),
        sa.Column("addressee_position", sa.Text(), nullable=True),
        sa.Column("signatory_name", sa.Text(), nullable=True),
        sa.Column("signatory_position", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("pathway", sa.Text(), nullable=True),
        sa.Column("their_number", sa.Text(), nullable=True),
        sa.Column("their_date", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_via", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column(
            "register_place",
            sa.BigInteger(),
            sa.Computed(
                "coalesce(split_part(number, '-', 2)::bigint * 1000000000 + split_part(number, '-', 3)::bigint, 0)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "search_fold(subject || ' ' || coalesce(number, '') || ' ' || coalesce(their_number, ''))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("answered_on >= sent_on", name=op.f("ck_letters_answer")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_letters_activity_id")),
        sa.ForeignKeyConstraint(["addressee_id"], ["people.id"], name=op.f("fk_letters_addressee_id")),
        sa.ForeignKeyConstraint(["answers_id"], ["letters.id"], name=op.f("fk_letters_answers_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_letters_campaign_id")),
        sa.ForeignKeyConstraint(["correspondent_id"], ["organizations.id"], name=op.f("fk_letters_correspondent_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_letters_document_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_letters_organization_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_letters_owner_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name=op.f("fk_letters_partnership_id")),
        sa.ForeignKeyConstraint(["template_id"], ["letter_templates.id"], name=op.f("fk_letters_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_activity_id"), "letters", ["activity_id"], unique=False)
    op.create_index(op.f("ix_letters_addressee_id"), "letters", ["addressee_id"], unique=False)
    op.create_index(
        "ix_letters_answer_due",
        "letters",
        ["answer_due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'sent'"),
    )
    op.create_index(op.f("ix_letters_answers_id"), "letters", ["answers_id"], unique=False)
    op.create_index("ix_letters_campaign", "letters", ["campaign_id", "status"], unique=False)
    op.create_index("ix_letters_correspondent", "letters", ["correspondent_id"], unique=False)
    op.create_index(op.f("ix_letters_document_id"), "letters", ["document_id"], unique=False)
    op.create_index(op.f("ix_letters_owner_id"), "letters", ["owner_id"], unique=False)
    op.create_index("ix_letters_partnership", "letters", ["partnership_id"], unique=False)
    op.create_index(
        "ix_letters_register", "letters", ["organization_id", "direction", "register_place", "id"], unique=False
    )
    op.create_index(
        "ix_letters_search",
        "letters",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_letters_template_id"), "letters", ["template_id"], unique=False)
    op.create_index("ix_letters_updated", "letters", ["updated_at", "id"], unique=False)
    op.create_index("uq_letters_campaign_correspondent", "letters", ["campaign_id", "correspondent_id"], unique=True)
    op.create_index("uq_letters_number", "letters", ["organization_id", "direction", "number"], unique=True)


def downgrade() -> None:
    op.drop_table("letters")
    op.drop_table("campaigns")
    op.drop_table("letter_templates")
