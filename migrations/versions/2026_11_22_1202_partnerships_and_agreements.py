"""Partnerships and agreements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('partnerships', 'partnerships', 'id')",
    "journal_attach('partnership_parties', 'partnerships', 'partnership_id')",
    "journal_attach('partnership_stages', 'partnerships', 'partnership_id')",
    "journal_attach('agreements', 'agreements', 'id')",
    "journal_attach('agreement_parties', 'agreements', 'agreement_id')",
    "journal_attach('agreement_drafts', 'agreements', 'agreement_id')",
    "version_attach('partnerships')",
    "version_attach('agreements')",
    "touch_attach('partnership_parties', 'partnerships', 'partnership_id')",
    "touch_attach('partnership_stages', 'partnerships', 'partnership_id')",
    "touch_attach('agreement_parties', 'agreements', 'agreement_id')",
    "touch_attach('agreement_drafts', 'agreements', 'agreement_id')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "number_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
    )
    op.create_index("uq_number_series_prefix_year", "number_series", ["prefix", "year"], unique=True)
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title_uk", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("pathway", sa.Text(), nullable=True),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("directions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("vision", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("stage_entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column(
            "title_fold",
            sa.Text(),
            sa.Computed("search_fold(title_uk || ' ' || coalesce(title_en, '') || ' ' || number)", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('simple', search_fold(title_uk || ' ' || coalesce(title_en, '') || ' ' || number)), 'A') || setweight(to_tsvector('simple', search_fold(coalesce(description, '') || ' ' || coalesce(next_step, ''))), 'B')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_partnerships_dates")),
        sa.ForeignKeyConstraint(["coordinator_id"], ["users.id"], name=op.f("fk_partnerships_coordinator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
        sa.UniqueConstraint("number", name=op.f("uq_partnerships_number")),
    )
    op.create_index("ix_partnerships_coordinator", "partnerships", ["coordinator_id"], unique=False)
    op.create_index(
        "ix_partnerships_country_updated",
        "partnerships",
        ["country", "updated_at", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "ix_partnerships_next_step",
        "partnerships",
        ["next_step_on", "id"],
        unique=False,
        postgresql_where=sa.text("next_step_on IS NOT NULL"),
    )
    op.create_index(
        "ix_partnerships_stage_country_updated",
        "partnerships",
        ["stage", "country", "updated_at", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "ix_partnerships_stage_updated",
        "partnerships",
        ["stage", "updated_at", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "ix_partnerships_title",
        "partnerships",
        ["title_fold"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title_fold": "gin_trgm_ops"},
    )
    op.create_index("ix_partnerships_updated", "partnerships", ["updated_at", "id"], unique=False)
    op.create_index("ix_partnerships_words", "partnerships", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "partnership_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("left_on >= joined_on", name=op.f("ck_partnership_parties_dates")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_partnership_parties_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_partnership_parties_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_parties")),
    )
    op.create_index(
        "ix_partnership_parties_organization",
        "partnership_parties",
        ["organization_id", "partnership_id"],
        unique=False,
    )
    op.create_index(
        "ix_partnership_parties_partnership", "partnership_parties", ["partnership_id", "position"], unique=False
    )
    op.create_index(
        "uq_partnership_parties_current",
        "partnership_parties",
        ["partnership_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title_uk", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("itc_kind", sa.Text(), nullable=True),
        sa.Column("is_itc", sa.Boolean(), nullable=False),
        sa.Column("requires_council_act", sa.Boolean(), nullable=False),
        sa.Column("requires_ministry_approval", sa.Boolean(), nullable=False),
        sa.Column("sphere", sa.Text(), nullable=True),
        sa.Column("directions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("binding_languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("act_type", sa.Text(), nullable=True),
        sa.Column("act_number", sa.Text(), nullable=True),
        sa.Column("act_on", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submission_number", sa.Text(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("decision_remarks", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_place", sa.Text(), nullable=True),
        sa.Column("signing_format", sa.Text(), nullable=True),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("term_type", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("prolongation", sa.Text(), nullable=True),
        sa.Column("prolongation_months", sa.Integer(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=True),
        sa.Column("has_financing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("financing_amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("financing_currency", sa.Text(), nullable=True),
        sa.Column("publication_url", sa.Text(), nullable=True),
        sa.Column("terminated_on", sa.Date(), nullable=True),
        sa.Column("termination_reason", sa.Text(), nullable=True),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.CheckConstraint("expires_on >= effective_on", name=op.f("ck_agreements_term")),
        sa.CheckConstraint("financing_amount >= 0", name=op.f("ck_agreements_financing")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name=op.f("fk_agreements_partnership_id")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["agreements.id"], name=op.f("fk_agreements_predecessor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("number", name=op.f("uq_agreements_number")),
    )
    op.create_index(
        "ix_agreements_expires",
        "agreements",
        ["expires_on"],
        unique=False,
        postgresql_where=sa.text("status IN ('signed', 'registered', 'in_force')"),
    )
    op.create_index("ix_agreements_partnership", "agreements", ["partnership_id", "signed_on"], unique=False)
    op.create_index(op.f("ix_agreements_predecessor_id"), "agreements", ["predecessor_id"], unique=False)
    op.create_index("ix_agreements_signed", "agreements", ["signed_on", "id"], unique=False)
    op.create_index("ix_agreements_updated", "agreements", ["updated_at", "id"], unique=False)
    op.create_index("uq_agreements_registration_number", "agreements", ["registration_number"], unique=True)
    op.create_table(
        "agreement_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_uk", sa.Text(), nullable=True),
        sa.Column("body_en", sa.Text(), nullable=True),
        sa.Column("signatory_name_uk", sa.Text(), nullable=True),
        sa.Column("signatory_name_en", sa.Text(), nullable=True),
        sa.Column("signatory_position_uk", sa.Text(), nullable=True),
        sa.Column("signatory_position_en", sa.Text(), nullable=True),
        sa.Column("authority_basis", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_parties_agreement_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_agreement_parties_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_parties")),
    )
    op.create_index(op.f("ix_agreement_parties_agreement_id"), "agreement_parties", ["agreement_id"], unique=False)
    op.create_index("ix_agreement_parties_organization", "agreement_parties", ["organization_id"], unique=False)
    op.create_index(
        "uq_agreement_parties_organization", "agreement_parties", ["agreement_id", "organization_id"], unique=True
    )
    op.create_table(
        "agreement_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_drafts_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_drafts")),
    )
    op.create_index("uq_agreement_drafts_number", "agreement_drafts", ["agreement_id", "version_number"], unique=True)
    op.create_table(
        "partnership_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_partnership_stages_actor_id")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_partnership_stages_agreement_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_partnership_stages_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_stages")),
    )
    op.create_index(
        "ix_partnership_stages_partnership", "partnership_stages", ["partnership_id", "entered_at"], unique=False
    )
    op.create_index(
        "uq_partnership_stages_open",
        "partnership_stages",
        ["partnership_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def downgrade() -> None:
    op.drop_table("partnership_stages")
    op.drop_table("agreement_drafts")
    op.drop_table("agreement_parties")
    op.drop_table("agreements")
    op.drop_table("partnership_parties")
    op.drop_table("partnerships")
    op.drop_table("number_series")
