from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.core.reading import Statements, as_json, constant, prepare
from app.models import Organization
from tests.support import factories
from tests.support.client import Client
from tests.support.counting import Statements as Sent
from tests.support.world import World


def test_a_value_that_slipped_into_a_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="literal values"):
        prepare(sa.select(col(Organization.id)).where(col(Organization.country) == "PL"))


def test_parameters_stand_in_the_order_of_the_text() -> None:
    statement = sa.select(col(Organization.id)).where(
        col(Organization.country) == sa.bindparam("country", type_=sa.Text()),
        col(Organization.kind) == sa.bindparam("kind", type_=sa.Text()),
    )

    prepared = prepare(statement)

    assert prepared.arguments({"kind": "ngo", "country": "PL", "more": 1}) == ["PL", "ngo"]
    assert prepared.text.index("$1") < prepared.text.index("$2")


def test_a_constant_cannot_end_its_own_quotes() -> None:
    assert str(constant("it's")) == "'it''s'"


def test_a_statement_is_composed_once_for_each_shape() -> None:
    statements, composed = Statements(limit=2), []

    def build() -> sa.Select[Any]:
        composed.append(1)
        return sa.select(col(Organization.id))

    first = statements.get("a", build)

    assert statements.get("a", build) is first
    statements.get("b", build)
    statements.get("c", build)
    statements.get("a", build)
    assert len(composed) == 4


@pytest.mark.anyio
async def test_moments_and_amounts_have_one_fixed_form(world: World) -> None:
    moment = sa.bindparam("moment", type_=sa.DateTime(timezone=True))
    amount = sa.bindparam("amount", type_=sa.Numeric(18, 2))
    prepared = prepare(sa.select(as_json(moment), as_json(amount)))

    values = {"moment": datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "amount": 1200}
    row = (await world.rows(prepared.text, *prepared.arguments(values)))[0]

    assert tuple(row) == ("2026-03-29T01:30:00.000000Z", "1200.00")


@pytest.mark.anyio
async def test_a_point_read_asks_twice_whatever_the_record_holds(
    world: World, as_analyst: Client, statements: Sent
) -> None:
    ids = [{"system": f"system_{number}", "value": "1"} for number in range(30)]
    made = await factories.organization(world, external_ids=ids)

    async with statements.counted() as sent:
        record = await as_analyst.seen(f"/v1/organizations/{made.id}")

    assert len(record["external_ids"]) == 30
    assert len(sent) == 2
