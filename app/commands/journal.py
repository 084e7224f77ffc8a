"""What was written, by whom and why: the newest entries, oldest first, one line each."""

from typing import Any, Final

from app.commands.attached import attached
from app.commands.work import run, unit
from app.core.history import HELD
from app.settings import Settings

NEWEST: Final = f"""
SELECT to_char(j.at AT TIME ZONE 'Europe/Kyiv', 'YYYY-MM-DD HH24:MI:SS'), coalesce(nullif(actor_name, ''), u.name, ''),
       verb, operation, row_table, coalesce(row_id, subject_id), journal_reason(reason, held.after)
FROM journal j LEFT JOIN users u ON u.id = j.actor_id {HELD} ORDER BY j.id DESC LIMIT $1
"""  # noqa: S608 - the only thing formatted in is a constant of ours


def tail(count: int) -> None:
    with attached() as found:
        rows = run(_newest(found.settings, count))
    for row in reversed(rows):
        print(_line(row), flush=True)  # noqa: T201 - it speaks to a terminal


async def _newest(settings: Settings, count: int) -> list[Any]:
    async with unit(settings, "journal_tail") as uow:
        return await uow.rows(NEWEST, [count])


def _line(row: Any) -> str:
    at, actor, verb, operation, table, id, reason = row
    return f"{at}  {actor}  {verb}  {operation} {table} {id or ''}{'  — ' + reason if reason else ''}".rstrip()
