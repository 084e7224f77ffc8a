"""The journal in parts: by class of retention, then by month.

Each entry knows the epoch of transaction ids it belongs to (a restored database counts them anew), its class, and how
the attempt ended. A change of a part alone is entered for the whole, too, so that every version stands in the journal.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = """
  xid xid8 NOT NULL,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  on_behalf_of uuid,
  session_id uuid,
  request_id text,
  verb text NOT NULL,
  reason text,
  subject text NOT NULL,
  subject_id uuid,
  row_table text NOT NULL,
  row_id uuid,
  row_version integer,
  operation text NOT NULL,
  before jsonb,
  after jsonb
"""
NAMES = (
    "xid, at, actor_kind, actor_id, actor_name, on_behalf_of, session_id, request_id, verb, reason, "
    "subject, subject_id, row_table, row_id, row_version, operation, before, after"
)

EPOCHS = """
CREATE TABLE journal_epochs (
  epoch integer NOT NULL CONSTRAINT pk_journal_epochs PRIMARY KEY,
  cluster text NOT NULL,
  began_at timestamptz NOT NULL
)
"""

# How far those who follow the journal have come: some entry by entry, others record by record.
CURSORS = """
CREATE TABLE journal_cursors (
  name text NOT NULL CONSTRAINT pk_journal_cursors PRIMARY KEY,
  epoch integer NOT NULL,
  xid xid8 NOT NULL,
  entry_id bigint NOT NULL DEFAULT 0,
  subject text NOT NULL DEFAULT '',
  subject_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  moved_at timestamptz NOT NULL
)
"""

# Which database server this is, and which of its histories: another one after a restore.
CLUSTER = """
CREATE FUNCTION journal_cluster() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT s.system_identifier || '/' || c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
$$
"""

EPOCH = """
CREATE FUNCTION journal_epoch() RETURNS integer LANGUAGE sql STABLE
RETURN (SELECT max(epoch) FROM journal_epochs)
"""

# Nobody is in the middle of writing while the epoch changes: an entry of the old one would be overlooked.
RENEW = """
CREATE FUNCTION journal_renew_epoch() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT cluster FROM journal_epochs ORDER BY epoch DESC LIMIT 1) = journal_cluster() THEN
    RETURN false;
  END IF;
  LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE;
  INSERT INTO journal_epochs (epoch, cluster, began_at)
  SELECT last.epoch + 1, journal_cluster(), clock_timestamp()
  FROM (SELECT epoch, cluster FROM journal_epochs ORDER BY epoch DESC LIMIT 1) last
  WHERE last.cluster <> journal_cluster();
  RETURN FOUND;
END $$
"""

CLASS = """
CREATE FUNCTION journal_class(row_table text, verb text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN row_table IN ('sessions', 'account_links') THEN 'access'
  WHEN verb IN ('denied', 'sign_in', 'sign_in_failed', 'sign_in_refused', 'refresh_repeated', 'factor_refused',
                'passkey_refused', 'proof_refused') THEN 'access'
  WHEN row_table IN ('reminders', 'signing_keys', 'retention') THEN 'machine'
  ELSE 'records'
END
"""

TABLE = f"""
CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY,
  kept text NOT NULL,
  epoch integer NOT NULL DEFAULT journal_epoch(),
{COLUMNS.rstrip()},
  outcome text NOT NULL DEFAULT 'done',
  CONSTRAINT pk_journal PRIMARY KEY (id, kept, at)
) PARTITION BY LIST (kept)
"""
CLASSES = ("records", "access", "machine")
INDEXES = (
    "CREATE INDEX ix_journal_feed ON journal (epoch, xid, subject, subject_id)",
    "CREATE INDEX ix_journal_subject ON journal (subject, subject_id, id)",
    "CREATE INDEX ix_journal_actor ON journal (actor_id, id)",
)

# The parts of the next months are made ahead; what fits none of them is kept by default and lost by nobody.
PREPARE = """
CREATE FUNCTION journal_prepare(months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  kind text;
  part text;
  starts timestamptz;
  made integer := 0;
BEGIN
  FOREACH kind IN ARRAY ARRAY['records', 'access', 'machine'] LOOP
    FOR ahead IN 0..least(months, 24) LOOP
      starts := (date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') + make_interval(months => ahead))
                AT TIME ZONE 'UTC';
      part := kind || '_' || to_char(starts AT TIME ZONE 'UTC', 'YYYY_MM');
      CONTINUE WHEN to_regclass('journal_parts.' || part) IS NOT NULL;
      BEGIN
        EXECUTE format('CREATE TABLE journal_parts.%I PARTITION OF journal_parts.%I FOR VALUES FROM (%L) TO (%L)',
                       part, kind, starts, (starts AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
        made := made + 1;
      EXCEPTION
        WHEN check_violation THEN NULL; -- entries of that month lie in the default part already
        WHEN duplicate_table THEN NULL; -- made by somebody else at this moment
      END;
    END LOOP;
  END LOOP;
  RETURN made;
END $$
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
  what text := lower(TG_OP);
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
      IF new_row -> 'version' IS NOT DISTINCT FROM old_row -> 'version' THEN
        RETURN NULL;
      END IF;
      what := 'touch'; -- a part of the record changed, and with it the record's version
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
  IF personal <> '{}' AND what <> 'touch' THEN
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
  END IF;
  IF personal <> '{}' AND why IS NOT NULL AND TG_ARGV[0] IN ('people', 'users') THEN
    salt := uuid_send(gen_random_uuid());
    fields := array_append(fields, 'journal.reason');
    salts := array_append(salts, salt);
    kept_now := coalesce(kept_now, '{}') || jsonb_build_object('journal.reason', why);
    why := 'sha256:' || (journal_sealed(kept_now, 'journal.reason', salt) #>> '{journal.reason,sha256}');
  END IF;
  INSERT INTO journal (kept, xid, at, actor_kind, actor_id, actor_name, on_behalf_of, session_id, request_id, verb,
                       reason, subject, subject_id, row_table, row_id, row_version, operation, before, after)
  VALUES (journal_class(TG_TABLE_NAME, verb), pg_current_xact_id(), journal_moment(), kind,
          nullif(current_setting('pobratym.actor_id', true), '')::uuid, current_setting('pobratym.actor_name', true),
          nullif(current_setting('pobratym.on_behalf_of', true), '')::uuid,
          nullif(current_setting('pobratym.session_id', true), '')::uuid,
          nullif(current_setting('pobratym.request_id', true), ''), verb, why,
          TG_ARGV[0], subject, TG_TABLE_NAME, (whole ->> 'id')::uuid,
          (new_row ->> 'version')::int, what, was, is_now)
  RETURNING id INTO entry;
  IF fields <> '{}' THEN
    INSERT INTO journal_personal (journal_id, field, subject, subject_id, salt, before, after)
    SELECT entry, f, TG_ARGV[0], subject, s, nullif(kept_was -> f, 'null'), nullif(kept_now -> f, 'null')
    FROM unnest(fields, salts) AS x(f, s);
  END IF;
  RETURN NULL;
END $$
"""

# The shape before: one table, and no entry for a version that a part alone has raised.
WHOLE = f"""
CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_journal PRIMARY KEY,
{COLUMNS.rstrip()}
)
"""
OLD_INDEXES = (
    "CREATE INDEX ix_journal_actor ON journal (actor_id, id)",
    "CREATE INDEX ix_journal_feed ON journal (xid, id)",
    "CREATE INDEX ix_journal_subject ON journal (subject, subject_id, id)",
)
OLD_WRITE = WRITE.replace(
    """      IF new_row -> 'version' IS NOT DISTINCT FROM old_row -> 'version' THEN
        RETURN NULL;
      END IF;
      what := 'touch'; -- a part of the record changed, and with it the record's version
""",
    "      RETURN NULL;\n",
).replace("(kept, xid,", "(xid,").replace("journal_class(TG_TABLE_NAME, verb), pg_current", "pg_current")  # fmt: skip

COPY = f"""
INSERT INTO journal (id, kept, {NAMES}) OVERRIDING SYSTEM VALUE
SELECT id, journal_class(row_table, verb), {NAMES} FROM journal_whole
"""  # noqa: S608 - names of ours
COPY_BACK = f"""
INSERT INTO journal (id, {NAMES}) OVERRIDING SYSTEM VALUE
SELECT id, {NAMES} FROM journal_in_parts WHERE operation <> 'touch'
"""  # noqa: S608 - names of ours

FUNCTIONS = (
    "journal_prepare(integer)",
    "journal_class(text, text)",
    "journal_renew_epoch()",
    "journal_epoch()",
    "journal_cluster()",
)
RIGHTS = "REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM pobratym_app"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(EPOCHS)
    op.execute(CURSORS)
    for function in (CLUSTER, EPOCH, RENEW, CLASS):
        op.execute(function)
    op.execute("INSERT INTO journal_epochs VALUES (1, journal_cluster(), clock_timestamp())")
    # The whole is copied into its parts while nobody writes: a journal of this age is small.
    op.execute("-- squawk-ignore renaming-table\nALTER TABLE journal RENAME TO journal_whole")
    op.execute("-- squawk-ignore renaming-object\nALTER TABLE journal_whole RENAME CONSTRAINT pk_journal TO pk_whole")
    for name in ("actor", "feed", "subject"):
        op.execute(f"-- squawk-ignore renaming-object\nALTER INDEX ix_journal_{name} RENAME TO ix_whole_{name}")
    op.execute(TABLE)
    op.execute("CREATE SCHEMA journal_parts")
    for kept in CLASSES:
        op.execute(
            f"CREATE TABLE journal_parts.{kept} PARTITION OF journal FOR VALUES IN ('{kept}') PARTITION BY RANGE (at)"
        )
        op.execute(f"CREATE TABLE journal_parts.{kept}_default PARTITION OF journal_parts.{kept} DEFAULT")
    for index in INDEXES:
        op.execute(f"-- squawk-ignore require-concurrent-index-creation\n{index}")
    op.execute(PREPARE)
    op.execute("SELECT journal_prepare(3)")
    op.execute(COPY)
    op.execute("SELECT setval('journal_id_seq1', coalesce((SELECT max(id) FROM journal), 0) + 1, false)")
    op.execute("-- squawk-ignore ban-drop-table\nDROP TABLE journal_whole")
    op.execute("-- squawk-ignore renaming-object\nALTER SEQUENCE journal_id_seq1 RENAME TO journal_id_seq")
    op.execute(WRITE)
    op.execute(RIGHTS.format("journal"))
    op.execute("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON journal_epochs FROM pobratym_app")


def downgrade() -> None:
    op.execute("ALTER TABLE journal RENAME TO journal_in_parts")
    op.execute("ALTER TABLE journal_in_parts RENAME CONSTRAINT pk_journal TO pk_journal_in_parts")
    for name in ("actor", "feed", "subject"):
        op.execute(f"DROP INDEX ix_journal_{name}")
    op.execute("ALTER SEQUENCE journal_id_seq RENAME TO journal_in_parts_id_seq")
    op.execute(WHOLE)
    op.execute(COPY_BACK)
    op.execute("SELECT setval('journal_id_seq', coalesce((SELECT max(id) FROM journal), 0) + 1, false)")
    for index in OLD_INDEXES:
        op.execute(index)
    op.execute("DROP TABLE journal_in_parts")
    op.execute("DROP SCHEMA journal_parts")
    op.execute(OLD_WRITE)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE journal_cursors")
    op.execute("DROP TABLE journal_epochs")
    op.execute(RIGHTS.format("journal"))
