"""What a person may know of themselves."""

import orjson

from app.core.actors import EVERYTHING
from app.core.reading import STATEMENTS
from app.core.uow import Reader, UnitOfWork, one_statement
from app.schemas.accounts import Me, UserRead
from app.views.accounts import VIEW


async def read(reader: Reader | UnitOfWork) -> Me:
    """One's own account is always visible to oneself, whatever the grants say."""
    prepared = STATEMENTS.get(("one", UserRead, EVERYTHING.shape), lambda: one_statement(VIEW, EVERYTHING))
    rows = await reader.rows(prepared.text, prepared.arguments({"id": reader.actor.id}))
    account = orjson.loads(rows[0][0])
    held = [grant for grant in reader.actor.grants if grant.is_valid(reader.today)]
    allowed = sorted({permission.value for grant in held for permission in grant.permissions})
    fields = {name: account[name] for name in ("id", "name", "email", "language", "grants")}
    return Me(**fields, session_id=reader.actor.session_id, permissions=allowed)
