import logging
from collections.abc import AsyncIterator, Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import SQLModel

from app.core import visibility
from app.core.passwords import Passwords
from app.core.reading import STATEMENTS
from tests.access import truth as making
from tests.access.table import Row, table
from tests.access.truth import Truth
from tests.support.client import Contract
from tests.support.world import Clock, World

SwitchOff = Callable[..., None]


@pytest.fixture(scope="package")
async def truth(app: FastAPI, passwords: Passwords, contract: Contract) -> AsyncIterator[Truth]:
    """Made once for all tests of this folder, which undo what they do; so none of them may ask for `world`."""
    app.state.clock = clock = Clock()
    db = app.state.runtime.db
    # Thousands of questions: a line about each of them would take longer than many an answer.
    logging.disable(logging.INFO)
    try:
        async with db.test():
            yield await making.build(World(app, db, clock, passwords, contract))
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="package")
def law() -> dict[str, Row]:
    return table()


@pytest.fixture
def switch_off(monkeypatch: pytest.MonkeyPatch) -> SwitchOff:
    """`switch_off(Person)`: the program no longer knows which rows of the table are whose."""

    def off(*models: type[SQLModel]) -> None:
        for model in models:
            monkeypatch.setitem(visibility.OWN_PART, model, sa.true)
            monkeypatch.delitem(visibility.ALSO_READ, model, raising=False)
        monkeypatch.setattr(STATEMENTS, "_known", {})

    return off
