"""Oblasts, special cities and raions, as the codifier has them."""

from collections.abc import Iterable
from typing import Any, Final

from sqlmodel import select
from uuid_utils.compat import uuid7

from app.core import crud
from app.core.uow import UnitOfWork
from app.models import Territory
from app.rules import codes, codifier
from app.services.imports import bulk

CATEGORIES: Final = {
    codes.Level.OBLAST: codifier.OBLAST,
    codes.Level.SPECIAL_CITY: codifier.SPECIAL_CITY,
    codes.Level.RAION: codifier.RAION,
}


async def bring(uow: UnitOfWork, territories: Iterable[codifier.Territory]) -> None:
    """New ones are added and renamed ones renamed; those that are gone stay, because history names them."""
    wanted = {each.code: each for each in territories}
    oblasts = {codes.oblast_prefix(each.code): each.code for each in wanted.values() if _is_top(each)}
    for row in (await uow.session.scalars(select(Territory))).all():
        if known := wanted.pop(row.code, None):
            crud.apply(row, _values(known, oblasts))
    await uow.flush()
    await bulk.insert(uow, Territory, [{"id": uuid7(), **_values(each, oblasts)} for each in wanted.values()])


def _is_top(territory: codifier.Territory) -> bool:
    return territory.level is not codes.Level.RAION


def _values(territory: codifier.Territory, oblasts: dict[str, str]) -> dict[str, Any]:
    return {
        "code": territory.code,
        "category": CATEGORIES[territory.level],
        "name_uk": territory.name_uk,
        "name_en": territory.name_en,
        "oblast_code": oblasts[codes.oblast_prefix(territory.code)],
    }
