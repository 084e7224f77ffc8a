"""The state of the cooperation as of a moment, replayed from the journal.

The schemas `as_of` and `as_of_some` hold a view for every journalled table of the cooperation, under the table's own
name and with its columns: the same statements answer about the past once these schemas stand first in the search path.
Settings of the transaction say what is asked for: `pobratym.as_of` the moment, `pobratym.as_of_entry` an entry before
which the replay stops, and for `as_of_some` `pobratym.as_of_ids` the records that matter.

A migration that adds a column to such a table ends with `SELECT as_of_refresh()`; one that drops or alters a column
begins with `DROP SCHEMA as_of, as_of_some CASCADE`.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# A null inside of a field is a part of its value; only fields without a value are left out of an entry.
SAID = """
CREATE FUNCTION journal_said(fields jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(fields) f WHERE f.value <> 'null')
"""
WRITE = """
DO $$
BEGIN
  EXECUTE replace(pg_get_functiondef('journal_write()'::regprocedure), '{old}(', '{new}(');
END $$
"""

MERGED = """
CREATE AGGREGATE journal_merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}', PARALLEL = SAFE)
"""

# What has been erased is known to nobody any more, whatever the moment.
OPENED = """
CREATE FUNCTION as_of_opened(fields jsonb, held jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN (
  SELECT jsonb_object_agg(f.key, CASE
    WHEN jsonb_typeof(f.value) = 'object' AND f.value ? 'sha256' THEN coalesce(held -> f.key, 'null') ELSE f.value
  END)
  FROM jsonb_each(fields) f
)
"""

TABLES = """
CREATE FUNCTION as_of_tables() RETURNS TABLE (
  name name, id oid, subject text, subject_column text, has_personal boolean, has_version boolean
)
LANGUAGE sql STABLE AS $$
  SELECT c.relname, c.oid, t.told[1], t.told[2], coalesce(t.told[4], '') <> '',
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped)
  FROM (SELECT tgrelid, string_to_array(encode(tgargs, 'escape'), '\\000') AS told
        FROM pg_trigger WHERE tgname = 'journal') t
  JOIN pg_class c ON c.oid = t.tgrelid
  WHERE t.told[1] IN ('organizations', 'people', 'partnerships', 'agreements', 'projects', 'delegations')
    AND c.relname NOT IN ('consents', 'erasures')
  ORDER BY c.relname
$$
"""

# The columns of a table as they follow from the merged entries `s` and the row `r` made of them. The whose-is-it
# column comes from the entry itself, so that a condition on it reaches the index of the journal.
COLUMNS = """
CREATE FUNCTION as_of_columns(name regclass, subject_column text, has_version boolean) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT string_agg(CASE
      WHEN a.attname = subject_column THEN 's._subject_id'
      WHEN a.attname = 'id' THEN 's._row_id'
      WHEN has_version AND a.attname IN ('version', 'created_at', 'updated_at') THEN 's._' || a.attname
      WHEN a.attgenerated <> '' THEN
        '(' || pg_get_expr(d.adbin, d.adrelid) || ')::' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN c.collname <> 'default' THEN format(' COLLATE %I', c.collname) ELSE '' END
      WHEN a.attnotnull AND d.adbin IS NOT NULL THEN
        format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid))
      ELSE format('r.%I', a.attname)
    END || format(' AS %I', a.attname), ', ' ORDER BY a.attnum)
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation c ON c.oid = a.attcollation
  WHERE a.attrelid = name AND a.attnum > 0 AND NOT a.attisdropped
$$
"""

# A row whose beginning is no longer in the journal is left out: half a record would be a false one.
REFRESH = """
CREATE FUNCTION as_of_refresh() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  known record;
  place record;
BEGIN
  CREATE SCHEMA IF NOT EXISTS as_of;
  CREATE SCHEMA IF NOT EXISTS as_of_some;
  GRANT USAGE ON SCHEMA as_of, as_of_some TO pobratym_app;
  FOR known IN SELECT * FROM as_of_tables() LOOP
    FOR place IN SELECT * FROM (VALUES
      ('as_of', ''),
      ('as_of_some', 'AND j.subject_id = ANY (current_setting(''pobratym.as_of_ids'')::uuid[])')
    ) x(schema, which) LOOP
      EXECUTE format('DROP VIEW IF EXISTS %I.%I', place.schema, known.name);
      EXECUTE format($view$
        CREATE VIEW %1$I.%2$I WITH (security_invoker = true) AS
        SELECT %3$s
        FROM (
          SELECT j.subject_id AS _subject_id, j.row_id AS _row_id, max(j.row_version) AS _version,
                 min(j.at) AS _created_at, (array_agg(j.at ORDER BY j.id))[count(*)] AS _updated_at,
                 public.journal_merged(%4$s ORDER BY j.id) AS _state
          FROM public.journal j %5$s
          WHERE j.kept = 'records' AND j.subject = %6$L AND j.row_table = %2$L AND j.operation <> 'note'
            AND j.at <= current_setting('pobratym.as_of')::timestamptz
            AND j.id < coalesce(nullif(current_setting('pobratym.as_of_entry', true), '')::bigint, %7$s) %8$s
          GROUP BY j.subject_id, j.row_id
          HAVING bool_and(j.operation <> 'delete') AND bool_or(j.operation = 'insert')
        ) s CROSS JOIN LATERAL jsonb_populate_record(NULL::public.%2$I, s._state) r
      $view$,
        place.schema, known.name, as_of_columns(known.id, known.subject_column, known.has_version),
        CASE WHEN known.has_personal THEN 'public.as_of_opened(j.after, held.after)' ELSE 'j.after' END,
        CASE WHEN known.has_personal THEN
          'LEFT JOIN LATERAL (SELECT jsonb_object_agg(p.field, p.after) AS after FROM public.journal_personal p '
          'WHERE p.journal_id = j.id) held ON true' ELSE '' END,
        known.subject, 9223372036854775807, place.which);
    END LOOP;
  END LOOP;
  GRANT SELECT ON ALL TABLES IN SCHEMA as_of TO pobratym_app;
  GRANT SELECT ON ALL TABLES IN SCHEMA as_of_some TO pobratym_app;
END $$
"""

FUNCTIONS = (
    "as_of_refresh()",
    "as_of_columns(regclass, text, boolean)",
    "as_of_tables()",
    "as_of_opened(jsonb, jsonb)",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(SAID)
    op.execute(WRITE.format(old="jsonb_strip_nulls", new="journal_said"))
    for statement in (MERGED, OPENED, TABLES, COLUMNS, REFRESH):
        op.execute(statement)
    op.execute("SELECT as_of_refresh()")


def downgrade() -> None:
    op.execute("DROP SCHEMA as_of, as_of_some CASCADE")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP AGGREGATE journal_merged(jsonb)")
    op.execute(WRITE.format(old="journal_said", new="jsonb_strip_nulls"))
    op.execute("DROP FUNCTION journal_said(jsonb)")
