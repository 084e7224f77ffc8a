"""The functions that tables lean on: folding for search, Ukrainian order, versions, and the journal."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")

APPLICATION_ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pobratym_app') THEN
    CREATE ROLE pobratym_app NOLOGIN;
  END IF;
END $$
"""

RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO pobratym_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO pobratym_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO pobratym_app",
)

SEARCH_FOLD = r"""
CREATE FUNCTION search_fold(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(unaccent('unaccent'::regdictionary, t)), '''’ʼ`"«»', '')
"""

SEARCH_PATTERN = r"""
CREATE FUNCTION search_pattern(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '%' || replace(replace(replace(search_fold(t), '\', '\\'), '%', '\%'), '_', '\_') || '%'
"""

# The 33 letters get ascending code points; the apostrophes have no target, so they are dropped.
UK_SORT = """
CREATE FUNCTION uk_sort(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(t), 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя''’ʼ', 'ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠ')
"""

# The moment of the unit of work: one for all its rows, and never the same for two units.
MOMENT = """
CREATE FUNCTION journal_moment() RETURNS timestamptz LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('pobratym.at', true), '')::timestamptz, clock_timestamp())
"""

VERSION_WRITE = """
CREATE FUNCTION version_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- Generated columns are not computed yet before the write.
  generated text[] := '{search,sort_name,words,title_fold}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := journal_moment();
    NEW.updated_at := NEW.created_at;
  ELSIF to_jsonb(NEW) - generated IS DISTINCT FROM to_jsonb(OLD) - generated THEN
    NEW.created_at := OLD.created_at;
    NEW.updated_at := journal_moment();
    -- Several statements of one unit of work are one change to whoever reads.
    NEW.version := OLD.version + (OLD.updated_at IS DISTINCT FROM NEW.updated_at)::int;
  END IF;
  RETURN NEW;
END $$
"""

TOUCH_WRITE = """
CREATE FUNCTION touch_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent uuid := (to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[1])::uuid;
BEGIN
  EXECUTE format('UPDATE %I SET version = version + 1 WHERE id = $1 AND updated_at IS DISTINCT FROM $2', TG_ARGV[0])
    USING parent, journal_moment();
  RETURN NULL;
END $$
"""

JOURNAL_WRITE = """
CREATE FUNCTION journal_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := current_setting('pobratym.actor_kind', true);
  verb text := current_setting('pobratym.verb', true);
  derived text[] := '{version,created_at,updated_at,search,sort_name,words,title_fold,fence,lease_until,attempts}';
  hidden text[] := string_to_array(TG_ARGV[2], ',');
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  whole jsonb := coalesce(new_row, old_row);
  was jsonb;
  is_now jsonb;
  name text;
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
  INSERT INTO journal (xid, at, actor_kind, actor_id, actor_name, on_behalf_of, session_id, request_id, verb, reason,
                       subject, subject_id, row_table, row_id, row_version, operation, before, after)
  VALUES (pg_current_xact_id(), journal_moment(), kind,
          nullif(current_setting('pobratym.actor_id', true), '')::uuid, current_setting('pobratym.actor_name', true),
          nullif(current_setting('pobratym.on_behalf_of', true), '')::uuid,
          nullif(current_setting('pobratym.session_id', true), '')::uuid,
          nullif(current_setting('pobratym.request_id', true), ''), verb,
          nullif(current_setting('pobratym.reason', true), ''),
          TG_ARGV[0], (whole ->> TG_ARGV[1])::uuid, TG_TABLE_NAME, (whole ->> 'id')::uuid,
          (new_row ->> 'version')::int, lower(TG_OP), was, is_now);
  RETURN NULL;
END $$
"""

ATTACHING = (
    """
CREATE FUNCTION journal_attach(name text, subject text, subject_column text, hidden text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
                 'EXECUTE FUNCTION journal_write(%L, %L, %L)', name, subject, subject_column, hidden);
END $$
""",
    """
CREATE FUNCTION version_attach(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER version BEFORE INSERT OR UPDATE ON %I FOR EACH ROW '
                 'EXECUTE FUNCTION version_write()', name);
END $$
""",
    """
CREATE FUNCTION touch_attach(name text, parent text, parent_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER touch AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
                 'EXECUTE FUNCTION touch_write(%L, %L)', name, parent, parent_column);
END $$
""",
)

FUNCTIONS = (SEARCH_FOLD, SEARCH_PATTERN, UK_SORT, MOMENT, VERSION_WRITE, TOUCH_WRITE, JOURNAL_WRITE, *ATTACHING)

NAMES = (
    "touch_attach(text, text, text)",
    "version_attach(text)",
    "journal_attach(text, text, text, text)",
    "journal_write()",
    "touch_write()",
    "version_write()",
    "journal_moment()",
    "uk_sort(text)",
    "search_pattern(text)",
    "search_fold(text)",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(APPLICATION_ROLE)
    for statement in (*RIGHTS, *FUNCTIONS):
        op.execute(statement)


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
