"""Reminders in tests: the rules of the program, planned and told as the worker does it, at the clock of the world."""

from collections.abc import Mapping
from typing import Any

from app.jobs.reminder_planning import plan_reminders
from app.jobs.reminders import tell_reminders
from tests.support.world import World


def ctx(world: World, **more: Any) -> dict[Any, Any]:
    return {"db": world.db, "clock": world.clock, "settings": world.app.state.runtime.settings} | more


async def planned(world: World) -> Mapping[str, int]:
    return await plan_reminders(ctx(world))


async def told(world: World) -> Mapping[str, int]:
    """Plans once more before anybody is told, as the worker does within a minute."""
    await plan_reminders(ctx(world))
    return await tell_reminders(ctx(world))


async def rows(world: World, where: str = "true", *arguments: Any) -> list[Any]:
    """What is planned, by its moment."""
    text = f"""
SELECT p.*, r.code, u.name AS user_name, p.facts::text AS told_text
FROM planned_reminders p LEFT JOIN reminder_rules r ON r.id = p.rule_id JOIN users u ON u.id = p.user_id
WHERE {where} ORDER BY p.due_at, p.id
"""  # noqa: S608 - conditions of tests
    return await world.rows(text, *arguments)
