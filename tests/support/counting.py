"""What a request really sends to PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

# Begin, end and the catalogue look-ups of a fresh connection belong to no request.
NOT_COUNTED: Final = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "WITH RECURSIVE typeinfo_tree", "SELECT t.oid")


class Statements:
    """Collects the texts of the statements while somebody counts."""

    def __init__(self) -> None:
        self._counted: list[str] | None = None

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[list[str]]:
        found: list[str] = []
        await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
        self._counted = found
        try:
            yield found
            await asyncio.sleep(0)
        finally:
            self._counted = None

    def from_raw(self, record: Any) -> None:
        self._add(record.query)

    def from_orm(self, _: Any, __: Any, text: str, *___: Any) -> None:
        self._add(text)

    def _add(self, text: str) -> None:
        if self._counted is not None and not text.lstrip().startswith(NOT_COUNTED):
            self._counted.append(text)
