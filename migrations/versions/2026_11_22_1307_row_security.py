"""Row security on the tables with personal data.

The second wall: were a condition of the application forgotten, a person of another hromada would still not be there.
The reach is worked out by the database itself, from the grants of whoever the unit of work or the reading names.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The tables, and the column that says whose row it is.
TABLES = {
    "people": "id",
    "affiliations": "person_id",
    "contact_points": "person_id",
    "identity_documents": "person_id",
    "particulars": "person_id",
    "consents": "person_id",
}

# Definer's rights and a fixed path: the functions look past the wall, and at nothing that a caller could slip in.
DEFINED = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTION = "CREATE FUNCTION {name}() RETURNS {kind} " + DEFINED + " AS $$ {body} $$"

ACTOR = (
    "reach_actor",
    "uuid",
    """
  SELECT nullif(current_setting('pobratym.actor_id', true), '')::uuid
""",
)

TODAY = (
    "reach_today",
    "date",
    """
  SELECT coalesce(nullif(current_setting('pobratym.today', true), '')::date, (now() AT TIME ZONE 'Europe/Kyiv')::date)
""",
)

EVERYTHING = (
    "reach_everything",
    "boolean",
    """
  SELECT CASE current_setting('pobratym.actor_kind', true)
    WHEN 'job' THEN true WHEN 'command' THEN true WHEN 'system' THEN true
    WHEN 'user' THEN EXISTS (
      SELECT FROM grants WHERE user_id = reach_actor() AND scope = 'association'
      AND valid_from <= reach_today() AND (valid_to IS NULL OR valid_to > reach_today())
    )
    WHEN 'integration' THEN EXISTS (SELECT FROM integrations WHERE id = reach_actor() AND organization_id IS NULL)
    ELSE false END
""",
)

ORGANIZATIONS = (
    "reach_organizations",
    "SETOF uuid",
    """
  WITH held AS (
    SELECT organization_id, oblast_code FROM grants
    WHERE user_id = reach_actor() AND current_setting('pobratym.actor_kind', true) = 'user'
    AND valid_from <= reach_today() AND (valid_to IS NULL OR valid_to > reach_today())
  )
  SELECT organization_id FROM held WHERE organization_id IS NOT NULL
  UNION SELECT o.id FROM organizations o JOIN held USING (oblast_code)
  UNION SELECT organization_id FROM integrations
    WHERE id = reach_actor() AND current_setting('pobratym.actor_kind', true) = 'integration'
""",
)

PEOPLE = (
    "reach_people",
    "SETOF uuid",
    """
  SELECT person_id FROM affiliations WHERE organization_id = ANY (ARRAY (SELECT reach_organizations()))
""",
)

FUNCTIONS = (ACTOR, TODAY, EVERYTHING, ORGANIZATIONS, PEOPLE)

WITHIN = "(SELECT reach_everything()) OR {column} = ANY (ARRAY (SELECT reach_people()))"

# Who signs an agreement and whom to write to about an integration is known to whoever may read the record itself.
JOURNAL = (
    "(SELECT reach_everything()) OR subject NOT IN ('people', 'users')"
    " OR (subject = 'people' AND subject_id = ANY (ARRAY (SELECT reach_people())))"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for name, kind, body in FUNCTIONS:
        op.execute(FUNCTION.format(name=name, kind=kind, body=body))
    walls = {table: WITHIN.format(column=column) for table, column in TABLES.items()} | {"journal_personal": JOURNAL}
    for table, within in walls.items():
        # Not forced: the owner makes the tables and mends them; the application signs in as somebody else.
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reach ON {table} USING ({within}) WITH CHECK (true)")


def downgrade() -> None:
    for table in (*TABLES, "journal_personal"):
        op.execute(f"DROP POLICY reach ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for name, _, _ in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}()")
