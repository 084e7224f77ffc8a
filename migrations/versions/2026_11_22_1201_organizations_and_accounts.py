"""Organizations and accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TRIGGERS = (
    "journal_attach('users', 'users', 'id', 'password_hash')",
    "journal_attach('territories', 'territories', 'id')",
    "journal_attach('organizations', 'organizations', 'id')",
    "journal_attach('organization_external_ids', 'organizations', 'organization_id')",
    "journal_attach('auc_memberships', 'organizations', 'organization_id')",
    "journal_attach('people', 'people', 'id')",
    "journal_attach('affiliations', 'people', 'person_id')",
    "journal_attach('contact_points', 'people', 'person_id')",
    "journal_attach('grants', 'users', 'user_id')",
    "journal_attach('sessions', 'users', 'user_id')",
    "journal_attach('signing_keys', 'signing_keys', 'id', 'private_pem_encrypted')",
    "version_attach('users')",
    "version_attach('organizations')",
    "version_attach('people')",
    "touch_attach('organization_external_ids', 'organizations', 'organization_id')",
    "touch_attach('auc_memberships', 'organizations', 'organization_id')",
    "touch_attach('affiliations', 'people', 'person_id')",
    "touch_attach('contact_points', 'people', 'person_id')",
    "touch_attach('grants', 'users', 'user_id')",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index("uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "territories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("name_uk", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("oblast_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territories")),
        sa.UniqueConstraint("code", name=op.f("uq_territories_code")),
    )
    op.create_index(op.f("ix_territories_oblast_code"), "territories", ["oblast_code"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_uk", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("local_language", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("katottg", sa.Text(), nullable=True),
        sa.Column("edrpou", sa.Text(), nullable=True),
        sa.Column("nuts", sa.Text(), nullable=True),
        sa.Column("lau_code", sa.Text(), nullable=True),
        sa.Column("lau_year", sa.Integer(), nullable=True),
        sa.Column("hromada_type", sa.Text(), nullable=True),
        sa.Column("oblast_code", sa.Text(), nullable=True),
        sa.Column("raion_code", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_year", sa.Integer(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("description_uk", sa.Text(), nullable=True),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("directions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("networks", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("criteria", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "needs",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "offers",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "search_fold(coalesce(name_uk, '') || ' ' || name_en || ' ' || coalesce(name_local, '') || ' ' || coalesce(katottg, '') || ' ' || coalesce(edrpou, ''))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "sort_name",
            sa.Text(collation="C"),
            sa.Computed("uk_sort(coalesce(name_uk, name_en))", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_organizations_coordinates_together")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_organizations_coordinates")
        ),
        sa.CheckConstraint("population >= 0", name=op.f("ck_organizations_population")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["organizations.id"], name=op.f("fk_organizations_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_index("ix_organizations_country_name", "organizations", ["country", "sort_name", "id"], unique=False)
    op.create_index("ix_organizations_name", "organizations", ["sort_name", "id"], unique=False)
    op.create_index("ix_organizations_oblast", "organizations", ["oblast_code"], unique=False)
    op.create_index(
        "ix_organizations_search",
        "organizations",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_organizations_updated", "organizations", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_organizations_edrpou",
        "organizations",
        ["edrpou"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "uq_organizations_katottg",
        "organizations",
        ["katottg"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "uq_organizations_lau",
        "organizations",
        ["country", "lau_code", "lau_year"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "organization_external_ids",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_organization_external_ids_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_external_ids")),
    )
    op.create_index(
        op.f("ix_organization_external_ids_organization_id"),
        "organization_external_ids",
        ["organization_id"],
        unique=False,
    )
    op.create_index(
        "uq_organization_external_ids_system_value",
        "organization_external_ids",
        ["system", "value"],
        unique=True,
        postgresql_where=sa.text("is_live"),
    )
    op.create_table(
        "auc_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("organization_id"), "="),
            (sa.text("daterange(joined_on, left_on, '[)')"), "&&"),
            using="gist",
            name="ex_auc_memberships_overlap",
        ),
        sa.CheckConstraint("left_on > joined_on", name=op.f("ck_auc_memberships_order")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_auc_memberships_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auc_memberships")),
    )
    op.create_index(op.f("ix_auc_memberships_organization_id"), "auc_memberships", ["organization_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("family_name_uk", sa.Text(), nullable=True),
        sa.Column("given_name_uk", sa.Text(), nullable=True),
        sa.Column("patronymic_uk", sa.Text(), nullable=True),
        sa.Column("family_name_latin", sa.Text(), nullable=True),
        sa.Column("given_name_latin", sa.Text(), nullable=True),
        sa.Column(
            "languages",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "search_fold(coalesce((family_name_uk || ' ' || given_name_uk), '') || ' ' || coalesce(patronymic_uk, '') || ' ' || coalesce((family_name_latin || ' ' || given_name_latin), ''))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "sort_name",
            sa.Text(collation="C"),
            sa.Computed(
                "uk_sort(coalesce((family_name_uk || ' ' || given_name_uk), (family_name_latin || ' ' || given_name_latin)))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(family_name_uk || ' ' || given_name_uk) IS NOT NULL OR (family_name_latin || ' ' || given_name_latin) IS NOT NULL",
            name=op.f("ck_people_name"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_people_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("user_id", name=op.f("uq_people_user_id")),
    )
    op.create_index("ix_people_name", "people", ["sort_name", "id"], unique=False)
    op.create_index(
        "ix_people_search",
        "people",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_people_updated", "people", ["updated_at", "id"], unique=False)
    op.create_table(
        "affiliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("position_uk", sa.Text(), nullable=True),
        sa.Column("position_en", sa.Text(), nullable=True),
        sa.Column("is_coordinator", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.column("organization_id"), "="),
            (sa.text("daterange(started_on, ended_on, '[)')"), "&&"),
            using="gist",
            name="ex_affiliations_overlap",
        ),
        sa.CheckConstraint("ended_on > started_on", name=op.f("ck_affiliations_order")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_affiliations_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_affiliations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
    )
    op.create_index(op.f("ix_affiliations_organization_id"), "affiliations", ["organization_id"], unique=False)
    op.create_index(op.f("ix_affiliations_person_id"), "affiliations", ["person_id"], unique=False)
    op.create_table(
        "contact_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contact_points_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
    )
    op.create_index(op.f("ix_contact_points_person_id"), "contact_points", ["person_id"], unique=False)
    op.create_index(
        "uq_contact_points_person_kind_value", "contact_points", ["person_id", "kind", "value"], unique=True
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("oblast_code", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_grants_organization_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_organization_id"), "grants", ["organization_id"], unique=False)
    op.create_index(op.f("ix_grants_user_id"), "grants", ["user_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("private_pem_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
    )
    for trigger in TRIGGERS:
        op.execute(f"SELECT {trigger}")


def downgrade() -> None:
    op.drop_table("signing_keys")
    op.drop_table("refresh_tokens")
    op.drop_table("sessions")
    op.drop_table("grants")
    op.drop_table("contact_points")
    op.drop_table("affiliations")
    op.drop_table("people")
    op.drop_table("auc_memberships")
    op.drop_table("organization_external_ids")
    op.drop_table("organizations")
    op.drop_table("territories")
    op.drop_table("users")
