"""Who is reminded: from what a record says about its people to accounts that are active, with the zone of each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlmodel import SQLModel

from app.core.uow import Reader, UnitOfWork
from app.core.visibility import READING
from app.models import ReminderRule
from app.rules.reminders import KYIV
from app.services import sight
from app.services.reminder_sources import Occasion
from app.vocabulary import Audience, Role

Asked = Reader | UnitOfWork

# Who is told when nobody else is there, first by first.
FALLBACK: Final = "fallback"
IS_VALID: Final = "g.valid_from <= $1::date AND (g.valid_to IS NULL OR g.valid_to > $1::date)"
IS_ACTIVE: Final = "u.is_active AND u.archived_at IS NULL"
ACTIVE: Final = f"SELECT u.id FROM users u WHERE u.id = ANY ($1::uuid[]) AND {IS_ACTIVE}"  # noqa: S608 - constants of ours
MANAGERS: Final = f"""
SELECT g.organization_id, g.user_id FROM grants g JOIN users u ON u.id = g.user_id AND {IS_ACTIVE}
WHERE g.organization_id = ANY ($2::uuid[]) AND g.role = '{Role.HROMADA_MANAGER}' AND {IS_VALID}
"""  # noqa: S608 - constants of ours
WITH_ROLE: Final = f"""
SELECT DISTINCT g.role, g.user_id FROM grants g JOIN users u ON u.id = g.user_id AND {IS_ACTIVE}
WHERE g.role = ANY ($2::text[]) AND {IS_VALID}
"""  # noqa: S608 - constants of ours
ZONES: Final = "SELECT user_id, zone FROM notification_settings WHERE user_id = ANY ($1::uuid[])"


@dataclass
class Crowd:
    """What was looked up for many occasions at once."""

    active: set[UUID] = field(default_factory=set)
    managers: Mapping[UUID, list[UUID]] = field(default_factory=dict)
    by_role: Mapping[str, list[UUID]] = field(default_factory=dict)
    zones: Mapping[UUID, str] = field(default_factory=dict)

    def zone(self, user_id: UUID) -> str:
        return self.zones.get(user_id, KYIV)

    @property
    def administrators(self) -> list[UUID]:
        return self.by_role.get(Role.ADMINISTRATOR, [])


async def crowd(asker: Asked, occasions: Sequence[Occasion], roles: Collection[str]) -> Crowd:
    """Everybody who may be meant, in four statements however many occasions there are."""
    named = {id for each in occasions for ids in each.people.values() for id in ids}
    organizations = {id for each in occasions for id in each.organizations}
    active = {row[0] for row in await asker.rows(ACTIVE, [list(named)])}
    managers: dict[UUID, list[UUID]] = defaultdict(list)
    for organization, user in await asker.rows(MANAGERS, [asker.today, list(organizations)]):
        managers[organization].append(user)
    by_role: dict[str, list[UUID]] = defaultdict(list)
    for role, user in await asker.rows(WITH_ROLE, [asker.today, [*roles, Role.ADMINISTRATOR]]):
        by_role[role].append(user)
    everybody = active | {id for ids in (*managers.values(), *by_role.values()) for id in ids}
    zones = {row[0]: row[1] for row in await asker.rows(ZONES, [list(everybody)])}
    return Crowd(active, managers, by_role, zones)


def meant(occasion: Occasion, audience: Sequence[str], roles: Sequence[str], found: Crowd) -> dict[UUID, str]:
    """Each person with why it is them: the first audience that they belong to, or that there was nobody else."""
    people: dict[UUID, str] = {}
    for each in audience:
        for user in _of(Audience(each), occasion, roles, found):
            people.setdefault(user, each)
    return people or substitutes(occasion, found)


def substitutes(occasion: Occasion, found: Crowd) -> dict[UUID, str]:
    """Nothing is forgotten because its coordinator left: the hromada's managers hear of it, or the administrators."""
    managers = _of(Audience.HROMADA, occasion, (), found)
    return dict.fromkeys(managers or found.administrators, FALLBACK)


def _of(audience: Audience, occasion: Occasion, roles: Sequence[str], found: Crowd) -> list[UUID]:
    if audience is Audience.HROMADA:
        return [user for id in occasion.organizations for user in found.managers.get(id, ())]
    if audience is Audience.ROLE:
        return [user for role in roles for user in found.by_role.get(role, ())]
    return [user for user in occasion.people.get(audience, ()) if user in found.active]


async def seeing(
    uow: UnitOfWork, model: type[SQLModel], wanted: Mapping[UUID, Collection[UUID]]
) -> set[tuple[UUID, UUID]]:
    """Of these people and records, which of them exist for whom."""
    found: set[tuple[UUID, UUID]] = set()
    for user_id, ids in wanted.items():
        person = await sight.actor(uow, user_id)
        if person is not None and person.reach(READING[model], uow.today):
            found |= {(user_id, id) for id in await sight.seen(uow, person, model, ids)}
    return found


def of_rule(rule: ReminderRule, *, is_escalation: bool) -> list[str]:
    return rule.escalate_to if is_escalation else rule.audience
