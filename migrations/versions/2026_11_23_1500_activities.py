"""Activities: what happened between the sides, with whom, and about which partnerships."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('activities', 'activities', 'id')",
    "journal_attach('activity_partnerships', 'activities', 'activity_id')",
    "journal_attach('activity_participants', 'activities', 'activity_id', '', 'name,email')",
    "version_attach('activities')",
    "touch_attach('activity_partnerships', 'activities', 'activity_id')",
    "touch_attach('activity_participants', 'activities', 'activity_id')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _create_activities()
    _create_activity_partnerships()
    _create_activity_participants()
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def _create_activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="entered", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("starts_fold", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ends_local", sa.DateTime(), nullable=True),
        sa.Column("ends_fold", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("online_url", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "search_fold(title || ' ' || coalesce(summary, '') || ' ' || coalesce(outcome, ''))", persisted=True
            ),
            nullable=True,
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_activities_times")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_activities_organization_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_activities_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_organization", "activities", ["organization_id", "starts_at"], unique=False)
    op.create_index("ix_activities_owner", "activities", ["owner_id", "starts_at"], unique=False)
    op.create_index(
        "ix_activities_search",
        "activities",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_activities_starts", "activities", ["starts_at", "id"], unique=False)
    op.create_index("ix_activities_updated", "activities", ["updated_at", "id"], unique=False)


def _create_activity_partnerships() -> None:
    op.create_table(
        "activity_partnerships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_activity_partnerships_activity_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_activity_partnerships_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_partnerships")),
    )
    op.create_index(
        op.f("ix_activity_partnerships_partnership_id"), "activity_partnerships", ["partnership_id"], unique=False
    )
    op.create_index("uq_activity_partnerships", "activity_partnerships", ["activity_id", "partnership_id"], unique=True)


def _create_activity_participants() -> None:
    op.create_table(
        "activity_participants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_there", sa.Boolean(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_activity_participants_activity_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_activity_participants_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_activity_participants_person_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_activity_participants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_participants")),
    )
    op.create_index(
        "ix_activity_participants_activity", "activity_participants", ["activity_id", "position"], unique=False
    )
    op.create_index(
        "ix_activity_participants_person",
        "activity_participants",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_participants_user",
        "activity_participants",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_participants_organization",
        "activity_participants",
        ["organization_id"],
        unique=False,
        postgresql_where=sa.text("organization_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("activity_participants")
    op.drop_table("activity_partnerships")
    op.drop_table("activities")
