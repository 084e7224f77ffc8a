"""Tasks, promises and obligations, and what one coordinator handed over to another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('tasks', 'tasks', 'id', '', 'counterpart_name')",
    "journal_attach('task_items', 'tasks', 'task_id')",
    "journal_attach('task_dependencies', 'tasks', 'task_id')",
    "journal_attach('handovers', 'users', 'from_id')",
    "version_attach('tasks')",
    "touch_attach('task_items', 'tasks', 'task_id')",
    "touch_attach('task_dependencies', 'tasks', 'task_id')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _create_tasks()
    _create_task_items()
    _create_task_dependencies()
    _create_handovers()
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("counterpart_id", sa.Uuid(), nullable=True),
        sa.Column("counterpart_name", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("counts_from", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_time", sa.Time(), nullable=True),
        sa.Column("due_fold", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_basis", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("occurs_on", sa.Date(), nullable=True),
        sa.Column("skipped_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed("search_fold(title || ' ' || coalesce(details, ''))", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "sort_name",
            sa.Date(),
            sa.Computed("coalesce(due_on, '2200-01-01'::date)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint("(subject IS NULL) = (subject_id IS NULL)", name=op.f("ck_tasks_subject")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_tasks_activity_id")),
        sa.ForeignKeyConstraint(["counterpart_id"], ["organizations.id"], name=op.f("fk_tasks_counterpart_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_tasks_document_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_tasks_done_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_tasks_organization_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_activity_id"), "tasks", ["activity_id"], unique=False)
    op.create_index(op.f("ix_tasks_counterpart_id"), "tasks", ["counterpart_id"], unique=False)
    op.create_index(op.f("ix_tasks_document_id"), "tasks", ["document_id"], unique=False)
    op.create_index(
        "ix_tasks_due", "tasks", ["due_at", "id"], unique=False, postgresql_where=sa.text("status = 'open'")
    )
    op.create_index("ix_tasks_order", "tasks", ["sort_name", "id"], unique=False)
    op.create_index("ix_tasks_organization", "tasks", ["organization_id", "status"], unique=False)
    op.create_index("ix_tasks_owner", "tasks", ["owner_id", "status"], unique=False)
    op.create_index(
        "ix_tasks_search",
        "tasks",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_tasks_subject", "tasks", ["subject", "subject_id"], unique=False)
    op.create_index("ix_tasks_updated", "tasks", ["updated_at", "id"], unique=False)
    op.create_index("uq_tasks_series", "tasks", ["series_id", "occurs_on"], unique=True)


def _create_task_items() -> None:
    op.create_table(
        "task_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_task_items_done_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_items_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_items")),
    )
    op.create_index("ix_task_items_task", "task_items", ["task_id", "position"], unique=False)


def _create_task_dependencies() -> None:
    op.create_table(
        "task_dependencies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("waits_for_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("task_id <> waits_for_id", name=op.f("ck_task_dependencies_itself")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_dependencies_task_id")),
        sa.ForeignKeyConstraint(["waits_for_id"], ["tasks.id"], name=op.f("fk_task_dependencies_waits_for_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_dependencies")),
    )
    op.create_index(op.f("ix_task_dependencies_waits_for_id"), "task_dependencies", ["waits_for_id"], unique=False)
    op.create_index("uq_task_dependencies", "task_dependencies", ["task_id", "waits_for_id"], unique=True)


def _create_handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["users.id"], name=op.f("fk_handovers_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["users.id"], name=op.f("fk_handovers_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_from_id"), "handovers", ["from_id"], unique=False)
    op.create_index(op.f("ix_handovers_to_id"), "handovers", ["to_id"], unique=False)


def downgrade() -> None:
    op.drop_table("handovers")
    op.drop_table("task_dependencies")
    op.drop_table("task_items")
    op.drop_table("tasks")
