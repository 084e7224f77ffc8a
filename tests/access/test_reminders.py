"""A reminder names its record, so it goes to nobody who may not see it, and nobody reads another person's."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.models import Agreement, Partnership
from tests.access.matrix import said
from tests.access.places import Bond, Relation, Town
from tests.access.truth import ABSENT, Truth
from tests.support.reminders import planned

pytestmark = pytest.mark.anyio

PLANNED = """
SELECT DISTINCT p.user_id FROM planned_reminders p JOIN reminder_rules r ON r.id = p.rule_id
WHERE p.subject_id = $1 AND p.state = 'planned' AND r.code = 'ministry_review' AND p.step = '-7'
"""


async def reminded(truth: Truth, coordinator: UUID | None) -> set[UUID]:
    """Whom the reminders of the document of Sumy and Zamość under review go to, when this account looks after them."""
    ours = truth.records["partnerships", Bond.SUMY_ZAMOSC].id
    document = truth.records["agreements.submitted", Bond.SUMY_ZAMOSC].id
    async with truth.undone():
        async with truth.world.work() as uow:
            (await uow.get(Partnership, ours, lock=True)).coordinator_id = coordinator
            (await uow.get(Agreement, document, lock=True)).review_due_on = uow.today + timedelta(days=20)
        await planned(truth.world)
        return {row[0] for row in await truth.world.rows(PLANNED, document)}


async def test_who_looks_after_a_partnership_and_sees_it_is_reminded(truth: Truth) -> None:
    for town in (Town.SUMY, Town.ZAMOSC):
        account = truth.records["users", town].id
        assert await reminded(truth, account) == {account}
    for name in ("administrator", "coordinator", "oblast coordinator", "manager"):
        account = truth.subjects[name].user_id or ABSENT
        assert await reminded(truth, account) == {account}


@pytest.mark.parametrize("town", [Town.ROMNY, Town.LVIV, Town.ODESA])
async def test_who_no_longer_sees_it_is_not_and_the_hromada_is(truth: Truth, town: Town) -> None:
    managers = {truth.records["users", Town.SUMY].id, truth.subjects["manager"].user_id}

    assert await reminded(truth, truth.records["users", town].id) == managers


async def test_another_persons_reminder_is_absent_for_everybody(truth: Truth) -> None:
    """Even when it is about a record that they see."""
    asking = [each for each in truth.subjects.values() if each.user_id is not None and each.name != "without a role"]
    others = [*asking[1:], asking[0]]

    answers = []
    for asker, other in zip(asking, others, strict=True):
        ids = (other.own["reminders", Relation.OWN].id, ABSENT)
        answers.append([said(await asker.client.post(f"/v1/reminders/{id}/done")) for id in ids])

    assert len(answers) > 5
    assert [(one[0], one == other) for one, other in answers] == [(404, True)] * len(answers)
