"""Everything that happened in a partnership, newest first: one list out of what each kind of record knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from app.core.listing import Cursors
from app.core.uow import Reader, require_visible
from app.core.visibility import READING
from app.models import Activity, Agreement, Delegation, Letter, Partnership, Project
from app.schemas.timeline import TimelineEntry, TimelineKind, TimelinePage, TimelineQuery

K: Final = TimelineKind
# Of each kind: what, day, moment, title, number, who did it, where it is known from, and the record.
PARTS: Final = {
    K.STAGE: """
SELECT 'stage', s.stage, (s.entered_at AT TIME ZONE 'Europe/Kyiv')::date, s.entered_at,
       coalesce(CASE WHEN $6 THEN s.reason END, s.stage),
       NULL::text, s.actor_name, NULL::text, 'partnerships', s.partnership_id, s.id
FROM partnership_stages s WHERE s.partnership_id = $1""",
    K.ACTIVITY: """
SELECT 'activity', a.kind, a.starts_local::date, a.starts_at, a.title,
       NULL::text, u.name, a.source, 'activities', a.id, a.id
FROM activity_partnerships l JOIN activities a ON a.id = l.activity_id LEFT JOIN users u ON u.id = a.owner_id
WHERE l.partnership_id = $1 AND a.status = 'held' AND a.source <> 'letter' AND a.archived_at IS NULL""",
    K.LETTER: """
SELECT 'letter', t.direction, x.day, x.day::timestamp AT TIME ZONE 'Europe/Kyiv', t.subject,
       t.number, u.name, NULL::text, 'letters', t.id, t.id
FROM letters t LEFT JOIN users u ON u.id = t.owner_id
  CROSS JOIN LATERAL (SELECT coalesce(t.sent_on, t.received_on) AS day) x
WHERE t.partnership_id = $1 AND x.day IS NOT NULL AND t.archived_at IS NULL""",
    K.AGREEMENT: """
SELECT 'agreement', m.what, m.day, m.day::timestamp AT TIME ZONE 'Europe/Kyiv', t.title_uk,
       t.number, NULL::text, t.source, 'agreements', t.id, t.id
FROM agreements t CROSS JOIN LATERAL (VALUES ('submitted', t.submitted_on), ('approved', t.decision_on),
  ('signed', t.signed_on), ('registered', t.registered_on), ('in_force', t.effective_on),
  ('terminated', t.terminated_on)) m(what, day)
WHERE t.partnership_id = $1 AND m.day IS NOT NULL AND t.archived_at IS NULL""",
    K.DELEGATION: """
SELECT 'delegation', d.kind, d.starts_on, d.starts_on::timestamp AT TIME ZONE 'Europe/Kyiv', d.title_uk,
       d.number, NULL::text, NULL::text, 'delegations', d.id, d.id
FROM delegation_partnerships l JOIN delegations d ON d.id = l.delegation_id
WHERE l.partnership_id = $1 AND d.status IN ('in_progress', 'returned', 'reported', 'closed')
  AND d.archived_at IS NULL""",
    K.PROJECT: """
SELECT 'project', p.status, p.starts_on, p.starts_on::timestamp AT TIME ZONE 'Europe/Kyiv', p.title_uk,
       p.number, NULL::text, NULL::text, 'projects', p.id, p.id
FROM project_partnerships l JOIN projects p ON p.id = l.project_id
WHERE l.partnership_id = $1 AND p.starts_on IS NOT NULL AND p.archived_at IS NULL""",
}
# Who sees the partnership sees what is about it, as far as they may read that kind of record at all.
MODELS: Final[Mapping[TimelineKind, type[SQLModel]]] = {
    K.STAGE: Partnership,
    K.ACTIVITY: Activity,
    K.LETTER: Letter,
    K.AGREEMENT: Agreement,
    K.DELEGATION: Delegation,
    K.PROJECT: Project,
}
PAGE: Final = """
SELECT x.kind, x.what, x."on", x.at, x.title, x.number, CASE WHEN $6 THEN x.actor_name END AS actor_name,
       CASE WHEN $6 THEN x.source END AS source, x.type, x.id, x.row_id
FROM ({0}) x (kind, what, "on", at, title, number, actor_name, source, type, id, row_id)
WHERE $2::timestamptz IS NULL OR (x.at, x.row_id, x.what) < ($2, $3::uuid, $4::text)
ORDER BY x.at DESC, x.row_id DESC, x.what DESC LIMIT $5
"""


async def page(reader: Reader, cursors: Cursors, id: UUID, query: TimelineQuery) -> TimelinePage:
    """404 unless the partnership exists for the reader."""
    is_internal = await require_visible(reader, Partnership, id)
    kinds = [kind for kind in query.kind or K if reader.actor.reach(READING[MODELS[kind]], reader.today)]
    bound_to = f"timeline:{id}:{','.join(kinds)}".encode()
    at, row, what = cursors.decode(query.cursor, bound_to) if query.cursor else (None, None, None)
    place = [datetime.fromisoformat(at), UUID(row), what] if at and row else [None, None, None]
    text = PAGE.format(" UNION ALL ".join(PARTS[kind] for kind in sorted(kinds, key=list(K).index)))
    rows: list[Any] = await reader.rows(text, [id, *place, query.limit + 1, is_internal]) if kinds else []
    items = [TimelineEntry.model_validate(dict(each)) for each in rows[: query.limit]]
    following = None
    if len(rows) > query.limit:
        last = rows[query.limit - 1]
        following = cursors.encode([last["at"].isoformat(), str(last["row_id"]), last["what"]], bound_to)
    return TimelinePage(items=items, next_cursor=following)
