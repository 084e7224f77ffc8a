"""Reminders: their rules, what is planned for whom, and how each person was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('reminder_rules', 'reminder_rules', 'id')",
    "journal_attach('personal_reminders', 'personal_reminders', 'id')",
    "journal_attach('notification_preferences', 'users', 'user_id')",
    "version_attach('reminder_rules')",
    "version_attach('personal_reminders')",
)


UNREAD = "channel = 'in_app' AND status = 'delivered' AND read_at IS NULL AND done_at IS NULL"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    # What was planned before follows from the rules again.
    op.execute("-- squawk-ignore ban-drop-table\nDROP TABLE reminders")
    _create_reminder_rules()
    _create_personal_reminders()
    _create_planned_reminders()
    _create_notices()
    _create_notification_settings()
    _create_notification_preferences()
    _create_heartbeats()
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def _create_reminder_rules() -> None:
    op.create_table(
        "reminder_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_uk", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("text_uk", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column(
            "filters", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("offsets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("at_time", sa.Time(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("escalate_after_days", sa.Integer(), nullable=True),
        sa.Column("escalate_to", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("avoids_holidays", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("useful_days", sa.Integer(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("is_shipped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sa.UniqueConstraint("code", name=op.f("uq_reminder_rules_code")),
    )
    op.create_index("ix_reminder_rules_updated", "reminder_rules", ["updated_at", "id"], unique=False)


def _create_personal_reminders() -> None:
    op.create_table(
        "personal_reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("offset_days", sa.Integer(), nullable=True),
        sa.Column("starts_local", sa.DateTime(), nullable=True),
        sa.Column("starts_fold", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at_time", sa.Time(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_personal_reminders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_reminders")),
    )
    op.create_index("ix_personal_reminders_user", "personal_reminders", ["user_id", "id"], unique=False)


def _create_planned_reminders() -> None:
    op.create_table(
        "planned_reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("personal_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("anchor", sa.DateTime(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_local", sa.DateTime(), nullable=False),
        sa.Column("due_zone", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tzdata", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shifted_because", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("state_because", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["personal_id"], ["personal_reminders.id"], name=op.f("fk_planned_reminders_personal_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["reminder_rules.id"], name=op.f("fk_planned_reminders_rule_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_planned_reminders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_reminders")),
    )
    op.create_index(
        "ix_planned_reminders_due",
        "planned_reminders",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_planned_reminders_over",
        "planned_reminders",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'planned'"),
    )
    op.create_index(op.f("ix_planned_reminders_personal_id"), "planned_reminders", ["personal_id"], unique=False)
    op.create_index(op.f("ix_planned_reminders_rule_id"), "planned_reminders", ["rule_id"], unique=False)
    op.create_index("ix_planned_reminders_subject", "planned_reminders", ["subject", "subject_id", "id"], unique=False)
    op.create_index("ix_planned_reminders_user", "planned_reminders", ["user_id", "id"], unique=False)
    op.create_index(
        "uq_planned_reminders",
        "planned_reminders",
        ["source_id", "subject_id", "anchor", "step", "user_id"],
        unique=True,
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_notices_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["planned_reminders.id"], name=op.f("fk_notices_reminder_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_due", "notices", ["due_at", "id"], unique=False, postgresql_where=sa.text("status = 'due'")
    )
    op.create_index(op.f("ix_notices_message_id"), "notices", ["message_id"], unique=False)
    op.create_index("ix_notices_over", "notices", ["due_at"], unique=False, postgresql_where=sa.text("status <> 'due'"))
    op.create_index("ix_notices_unread", "notices", ["user_id"], unique=False, postgresql_where=sa.text(UNREAD))
    op.create_index("ix_notices_user", "notices", ["user_id", "channel", "id"], unique=False)
    op.create_index("uq_notices", "notices", ["reminder_id", "channel"], unique=True)


def _create_notification_settings() -> None:
    op.create_table(
        "notification_settings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notification_settings_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_settings")),
    )


def _create_notification_preferences() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("redirect_to_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["redirect_to_id"], ["users.id"], name=op.f("fk_notification_preferences_redirect_to_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notification_preferences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_preferences")),
    )
    op.create_index(
        op.f("ix_notification_preferences_redirect_to_id"), "notification_preferences", ["redirect_to_id"], unique=False
    )
    op.create_index("uq_notification_preferences", "notification_preferences", ["user_id", "topic"], unique=True)


def _create_heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
    op.drop_table("notification_preferences")
    op.drop_table("notification_settings")
    op.drop_table("notices")
    op.drop_table("planned_reminders")
    op.drop_table("personal_reminders")
    op.drop_table("reminder_rules")
    _create_former_reminders()


def _create_former_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("occurs_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index(
        "ix_reminders_due", "reminders", ["due_at"], unique=False, postgresql_where=sa.text("status = 'due'")
    )
    op.create_index("ix_reminders_user", "reminders", ["user_id", "id"], unique=False)
    op.create_index("uq_reminders_occurrence", "reminders", ["rule", "subject_id", "occurs_on", "user_id"], unique=True)
