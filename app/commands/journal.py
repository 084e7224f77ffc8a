"""What was written, by whom and why: the newest entries, oldest first, one line each."""

from typing import Any, Final

from app.commands.attached import attached
from app.commands.work import run, unit
from app.settings import Settings

NEWEST: Final = """
SELECT to_char(at AT TIME ZONE 'Europe/Kyiv', 'YYYY-MM-DD HH24:MI:SS'), actor_name, verb, operation, row_table,
       coalesce(row_id, subject_id), reason
FROM journal ORDER BY id DESC LIMIT $1
"""


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
