"""Consents, erasures, and the personal half of the journal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The table, whose matter it is, the hidden columns, and the columns that hold what a person may have erased.
PERSONAL = (
    (
        "people",
        "people",
        "id",
        "",
        "family_name_uk,given_name_uk,patronymic_uk,family_name_latin,given_name_latin,languages,note",
    ),
    ("affiliations", "people", "person_id", "", "position_uk,position_en"),
    ("contact_points", "people", "person_id", "", "value,label"),
    ("users", "users", "id", "password_hash", "email,name"),
    ("passkeys", "users", "user_id", "credential_id,public_key", "name"),
    ("integrations", "integrations", "id", "", "contact_email"),
    ("agreement_parties", "agreements", "agreement_id", "", "signatory_name_uk,signatory_name_en"),
)

# When a session was last used is still no change that anybody looks for.
OF_A_SESSION = "user_agent,address,device"
SESSIONS = (
    """
CREATE OR REPLACE TRIGGER journal AFTER INSERT OR DELETE ON sessions FOR EACH ROW
EXECUTE FUNCTION journal_write('users', 'user_id', 'cookie_hash'{personal})
""",
    """
CREATE OR REPLACE TRIGGER journal_of_changes AFTER UPDATE ON sessions FOR EACH ROW
WHEN (to_jsonb(OLD) - '{{used_at,idle_until,expires_at}}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{{used_at,idle_until,expires_at}}'::text[])
EXECUTE FUNCTION journal_write('users', 'user_id', 'cookie_hash'{personal})
""",
)

SEALED = """
CREATE FUNCTION journal_sealed(fields jsonb, field text, salt bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN coalesce(fields -> field, 'null') = 'null' THEN fields
  ELSE jsonb_set(fields, ARRAY[field], jsonb_build_object('sha256',
         encode(sha256(salt || convert_to((fields -> field)::text, 'UTF8')), 'hex')))
END
"""

# What the commitments of an entry stand for; a marker where the value has been erased.
OPENED = """
CREATE FUNCTION journal_opened(fields jsonb, held jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN (
  SELECT jsonb_object_agg(f.key, CASE
    WHEN jsonb_typeof(f.value) <> 'object' OR NOT f.value ? 'sha256' THEN f.value
    WHEN held ? f.key THEN held -> f.key
    ELSE '{"erased": true}'
  END)
  FROM jsonb_each(fields) f
)
"""

# A reason may speak of the person as well; its commitment stands in its place.
REASON_OPENED = """
CREATE FUNCTION journal_reason(reason text, held jsonb) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN reason ~ '^sha256:[0-9a-f]{64}$' THEN coalesce(held ->> 'journal.reason', '•••') ELSE reason
END
"""

WRITE = """
CREATE OR REPLACE FUNCTION journal_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := current_setting('pobratym.actor_kind', true);
  verb text := current_setting('pobratym.verb', true);
  why text := nullif(current_setting('pobratym.reason', true), '');
  derived text[] := '{version,created_at,updated_at,search,sort_name,words,title_fold,fence,lease_until,attempts}';
  hidden text[] := string_to_array(TG_ARGV[2], ',');
  personal text[] := string_to_array(coalesce(TG_ARGV[3], ''), ',');
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  whole jsonb := coalesce(new_row, old_row);
  subject uuid := (whole ->> TG_ARGV[1])::uuid;
  was jsonb;
  is_now jsonb;
  name text;
  salt bytea;
  kept_was jsonb;
  kept_now jsonb;
  fields text[] := '{}';
  salts bytea[] := '{}';
  entry bigint;
BEGIN
  IF coalesce(kind, '') = '' OR coalesce(verb, '') = '' THEN
    RAISE EXCEPTION 'a write to % without an actor', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(n.key, o.value), jsonb_object_agg(n.key, n.value) INTO was, is_now
    FROM jsonb_each(new_row - derived) n JOIN jsonb_each(old_row - derived) o USING (key)
    WHERE n.value IS DISTINCT FROM o.value;
    IF is_now IS NULL THEN
      RETURN NULL;
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    is_now := jsonb_strip_nulls(new_row - derived);
  ELSE
    was := jsonb_strip_nulls(old_row - derived);
  END IF;
  FOREACH name IN ARRAY hidden LOOP
    IF was ? name THEN was := jsonb_set(was, ARRAY[name], '"•••"'); END IF;
    IF is_now ? name THEN is_now := jsonb_set(is_now, ARRAY[name], '"•••"'); END IF;
  END LOOP;
  IF personal <> '{}' THEN
    kept_was := was;
    kept_now := is_now;
    FOREACH name IN ARRAY personal LOOP
      CONTINUE WHEN coalesce(was -> name, 'null') = 'null' AND coalesce(is_now -> name, 'null') = 'null';
      salt := uuid_send(gen_random_uuid());
      fields := array_append(fields, name);
      salts := array_append(salts, salt);
      was := journal_sealed(was, name, salt);
      is_now := journal_sealed(is_now, name, salt);
    END LOOP;
    IF why IS NOT NULL AND TG_ARGV[0] IN ('people', 'users') THEN
      salt := uuid_send(gen_random_uuid());
      fields := array_append(fields, 'journal.reason');
      salts := array_append(salts, salt);
      kept_now := coalesce(kept_now, '{}') || jsonb_build_object('journal.reason', why);
      why := 'sha256:' || (journal_sealed(kept_now, 'journal.reason', salt) #>> '{journal.reason,sha256}');
    END IF;
  END IF;
  INSERT INTO journal (xid, at, actor_kind, actor_id, actor_name, on_behalf_of, session_id, request_id, verb, reason,
                       subject, subject_id, row_table, row_id, row_version, operation, before, after)
  VALUES (pg_current_xact_id(), journal_moment(), kind,
          nullif(current_setting('pobratym.actor_id', true), '')::uuid, current_setting('pobratym.actor_name', true),
          nullif(current_setting('pobratym.on_behalf_of', true), '')::uuid,
          nullif(current_setting('pobratym.session_id', true), '')::uuid,
          nullif(current_setting('pobratym.request_id', true), ''), verb, why,
          TG_ARGV[0], subject, TG_TABLE_NAME, (whole ->> 'id')::uuid,
          (new_row ->> 'version')::int, lower(TG_OP), was, is_now)
  RETURNING id INTO entry;
  IF fields <> '{}' THEN
    INSERT INTO journal_personal (journal_id, field, subject, subject_id, salt, before, after)
    SELECT entry, f, TG_ARGV[0], subject, s, nullif(kept_was -> f, 'null'), nullif(kept_now -> f, 'null')
    FROM unnest(fields, salts) AS x(f, s);
  END IF;
  RETURN NULL;
END $$
"""

ATTACH = """
CREATE FUNCTION journal_attach(
  name text, subject text, subject_column text, hidden text DEFAULT '', personal text DEFAULT ''
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
                 'EXECUTE FUNCTION journal_write(%L, %L, %L, %L)', name, subject, subject_column, hidden, personal);
END $$
"""

# What was written before this migration is parted in the same way.
PART_OLD = """
WITH parted AS (
  INSERT INTO journal_personal (journal_id, field, subject, subject_id, salt, before, after)
  SELECT j.id, f, j.subject, j.subject_id, uuid_send(gen_random_uuid()),
         nullif(j.before -> f, 'null'), nullif(j.after -> f, 'null')
  FROM journal j CROSS JOIN unnest(string_to_array('{columns}', ',')) f
  WHERE j.row_table = '{table}'
    AND coalesce(nullif(j.before -> f, 'null'), nullif(j.after -> f, 'null')) IS NOT NULL
  RETURNING *
), sealed AS (
  SELECT journal_id,
    jsonb_object_agg(field, journal_sealed(jsonb_build_object(field, before), field, salt) -> field)
      FILTER (WHERE before IS NOT NULL) AS before,
    jsonb_object_agg(field, journal_sealed(jsonb_build_object(field, after), field, salt) -> field)
      FILTER (WHERE after IS NOT NULL) AS after
  FROM parted GROUP BY journal_id
)
UPDATE journal j SET before = j.before || coalesce(s.before, '{{}}'), after = j.after || coalesce(s.after, '{{}}')
FROM sealed s WHERE s.journal_id = j.id
"""
# An account is named by its id; the name stands in one place only.
NAMELESS = (
    "UPDATE journal SET actor_name = '' WHERE actor_kind = 'user'",
    """
UPDATE journal SET after = after || '{"actor_name": ""}'
WHERE row_table = 'partnership_stages' AND after ? 'actor_name' AND actor_kind = 'user'
""",
    "UPDATE partnership_stages SET actor_name = '' WHERE actor_id IS NOT NULL",
)
NAMED = (
    "UPDATE journal j SET actor_name = u.name FROM users u WHERE u.id = j.actor_id AND j.actor_kind = 'user'",
    "UPDATE partnership_stages s SET actor_name = u.name FROM users u WHERE u.id = s.actor_id",
)
WHOLE_AGAIN = """
UPDATE journal j SET before = journal_opened(j.before, held.before), after = journal_opened(j.after, held.after),
  reason = journal_reason(j.reason, held.after)
FROM (
  SELECT journal_id, jsonb_object_agg(field, before) AS before, jsonb_object_agg(field, after) AS after
  FROM journal_personal GROUP BY journal_id
) held
WHERE held.journal_id = j.id
"""

OLD_ATTACH = """
CREATE FUNCTION journal_attach(name text, subject text, subject_column text, hidden text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
                 'EXECUTE FUNCTION journal_write(%L, %L, %L)', name, subject, subject_column, hidden);
END $$
"""


def as_system(statement: str) -> str:
    """The journal takes no write of which it does not know who made it."""
    return (
        "SELECT set_config('pobratym.actor_kind', 'system', true), set_config('pobratym.actor_name', 'migration', true),"
        f" set_config('pobratym.verb', '{statement}', true)"
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _create_tables()
    for statement in (SEALED, OPENED, REASON_OPENED, WRITE):
        op.execute(statement)
    # Only migrations call it, and the next statement makes it anew.
    op.execute("-- squawk-ignore ban-drop-function\nDROP FUNCTION journal_attach(text, text, text, text)")
    op.execute(ATTACH)
    for table, subject, column, hidden, personal in PERSONAL:
        op.execute(f"SELECT journal_attach('{table}', '{subject}', '{column}', '{hidden}', '{personal}')")
        op.execute(PART_OLD.format(table=table, columns=personal))
    for statement in SESSIONS:
        op.execute(statement.format(personal=f", '{OF_A_SESSION}'"))
    op.execute(PART_OLD.format(table="sessions", columns=OF_A_SESSION))
    op.execute("SELECT journal_attach('consents', 'people', 'person_id', '', 'given_by,note')")
    op.execute("SELECT journal_attach('erasures', 'people', 'subject_id', 'reason')")
    op.execute(as_system("part_the_journal"))
    for statement in NAMELESS:
        op.execute(statement)
    # Personal values may go, a ledger entry may not; neither is ever rewritten.
    op.execute("REVOKE UPDATE, TRUNCATE ON journal_personal FROM pobratym_app")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON erasures FROM pobratym_app")


def _create_tables() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("withdrawn_on >= given_on", name=op.f("ck_consents_order")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("uq_consents_given", "consents", ["person_id", "purpose", "text_version", "given_on"], unique=True)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("uq_erasures_subject", "erasures", ["subject", "subject_id"], unique=True)
    op.create_table(
        "journal_personal",
        sa.Column("journal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("journal_id", "field", name=op.f("pk_journal_personal")),
    )
    op.create_index("ix_journal_personal_subject", "journal_personal", ["subject", "subject_id"], unique=False)
    for table in ("people", "users"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(as_system("join_the_journal"))
    for statement in (*NAMED, WHOLE_AGAIN):
        op.execute(statement)
    op.execute("DROP FUNCTION journal_attach(text, text, text, text, text)")
    op.execute(OLD_ATTACH)
    for table, subject, column, hidden, _ in PERSONAL:
        op.execute(f"SELECT journal_attach('{table}', '{subject}', '{column}', '{hidden}')")
    for statement in SESSIONS:
        op.execute(statement.format(personal=""))
    for function in ("journal_reason(text, jsonb)", "journal_opened(jsonb, jsonb)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION journal_sealed(jsonb, text, bytea)")
    for table in ("people", "users"):
        op.drop_column(table, "erased_at")
    op.drop_table("journal_personal")
    op.drop_table("erasures")
    op.drop_table("consents")
