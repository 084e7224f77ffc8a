"""Projects and delegations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('projects', 'projects', 'id')",
    "journal_attach('project_parties', 'projects', 'project_id')",
    "journal_attach('project_partnerships', 'projects', 'project_id')",
    "journal_attach('delegations', 'delegations', 'id')",
    "journal_attach('delegation_parties', 'delegations', 'delegation_id')",
    "journal_attach('delegation_partnerships', 'delegations', 'delegation_id')",
    "version_attach('projects')",
    "version_attach('delegations')",
    "touch_attach('project_parties', 'projects', 'project_id')",
    "touch_attach('project_partnerships', 'projects', 'project_id')",
    "touch_attach('delegation_parties', 'delegations', 'delegation_id')",
    "touch_attach('delegation_partnerships', 'delegations', 'delegation_id')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title_uk", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("directions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed("search_fold(title_uk || ' ' || coalesce(title_en, '') || ' ' || number)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_projects_dates")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_projects_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("number", name=op.f("uq_projects_number")),
    )
    op.create_index(op.f("ix_projects_agreement_id"), "projects", ["agreement_id"], unique=False)
    op.create_index(
        "ix_projects_search",
        "projects",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_projects_updated", "projects", ["updated_at", "id"], unique=False)
    op.create_table(
        "project_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_project_parties_organization_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_project_parties_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_parties")),
    )
    op.create_index(op.f("ix_project_parties_organization_id"), "project_parties", ["organization_id"], unique=False)
    op.create_index("uq_project_parties", "project_parties", ["project_id", "organization_id"], unique=True)
    op.create_table(
        "project_partnerships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_project_partnerships_partnership_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_project_partnerships_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_partnerships")),
    )
    op.create_index(
        op.f("ix_project_partnerships_partnership_id"), "project_partnerships", ["partnership_id"], unique=False
    )
    op.create_index("uq_project_partnerships", "project_partnerships", ["project_id", "partnership_id"], unique=True)
    # ### end Alembic commands ###
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title_uk", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed("search_fold(title_uk || ' ' || coalesce(title_en, '') || ' ' || number)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_delegations_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("number", name=op.f("uq_delegations_number")),
    )
    op.create_index("ix_delegations_starts", "delegations", ["starts_on", "id"], unique=False)
    op.create_index(
        "ix_delegations_search",
        "delegations",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_delegations_updated", "delegations", ["updated_at", "id"], unique=False)
    op.create_table(
        "delegation_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_delegation_parties_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_delegation_parties_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_parties")),
    )
    op.create_index(
        op.f("ix_delegation_parties_organization_id"), "delegation_parties", ["organization_id"], unique=False
    )
    op.create_index("uq_delegation_parties", "delegation_parties", ["delegation_id", "organization_id"], unique=True)
    op.create_table(
        "delegation_partnerships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_delegation_partnerships_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_delegation_partnerships_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_partnerships")),
    )
    op.create_index(
        op.f("ix_delegation_partnerships_partnership_id"), "delegation_partnerships", ["partnership_id"], unique=False
    )
    op.create_index(
        "uq_delegation_partnerships", "delegation_partnerships", ["delegation_id", "partnership_id"], unique=True
    )
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def downgrade() -> None:
    op.drop_table("delegation_partnerships")
    op.drop_table("delegation_parties")
    op.drop_table("delegations")
    op.drop_table("project_partnerships")
    op.drop_table("project_parties")
    op.drop_table("projects")
