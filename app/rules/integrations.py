"""What another system may be given, by whom, and how long its keys live."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from app.errors import FieldError, Sentence, say
from app.rules.permissions import FOR_PEOPLE, Permission

# A year, leap years included: a key that nobody renews is a key that nobody looks after.
LONGEST_LIFE: Final = timedelta(days=366)
# The one in use, and the one that will take its place.
LIVE_KEYS: Final = 2

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "scope_for_people": (
        "Право {scope} мають лише люди: ключ іншої системи його не отримує.",
        "The permission {scope} is for people only: no key of another system is given it.",
    ),
    "scope_not_held": (
        "Ви не можете надати право {scope}: у цьому обсязі ви його не маєте.",
        "You cannot give the permission {scope}: you do not hold it there yourself.",
    ),
    "whole_association_needed": (
        "Інтеграцію для всієї Асоціації створює той, чиї права діють у всій Асоціації: вкажіть організацію.",
        "Only somebody who acts for the whole Association makes an integration for all of it: name the organization.",
    ),
    "network_form": (
        "Вкажіть мережу як 203.0.113.0/24 або 2001:db8::/32.",
        "Write the network as 203.0.113.0/24 or 2001:db8::/32.",
    ),
    "key_life_over": ("Строк дії ключа має закінчуватися в майбутньому.", "A key must expire in the future."),
    "key_life_too_long": (
        "Ключ діє щонайбільше {days} днів.",
        "A key lives for {days} days at most.",
    ),
    "live_keys_enough": (
        "Чинних ключів уже {count}: спершу відкличте один із них.",
        "There are {count} live keys already: revoke one of them first.",
    ),
    "integration_is_off": (
        "Інтеграцію вимкнено: спершу увімкніть її.",
        "The integration is switched off: switch it on first.",
    ),
    "key_not_valid": (
        "Ключ невідомий, відкликаний або прострочений.",
        "This key is unknown, revoked or expired.",
    ),
    "network_not_in_list": (
        "Із цієї мережі ключ не приймається.",
        "This key is not taken from this network.",
    ),
    "integrations_only": (
        "Це лише для інтеграцій: увійдіть ключем, а не як людина.",
        "This is for integrations only: come with a key, not as a person.",
    ),
    "period_too_long": ("Проміжок завдовжки щонайбільше {days} днів.", "The period is {days} days long at most."),
}


def people_only(scopes: Iterable[Permission]) -> list[FieldError]:
    """The scopes that no system may ever have."""
    return [
        FieldError(f"/scopes/{place}", say("scope_for_people", scope=scope.value))
        for place, scope in enumerate(scopes)
        if scope in FOR_PEOPLE
    ]


def giving_objections(given: Iterable[Permission], held: Collection[Permission]) -> list[Sentence]:
    """Nobody gives more than they have: `held` is what the giver may do over the same organization."""
    return [say("scope_not_held", scope=scope.value) for scope in sorted(given) if scope not in held]


def life_objection(expires_at: datetime, now: datetime) -> Sentence | None:
    if expires_at <= now:
        return say("key_life_over")
    if expires_at > now + LONGEST_LIFE:
        return say("key_life_too_long", days=LONGEST_LIFE.days)
    return None


def rotation_objections(live: int) -> list[Sentence]:
    return [say("live_keys_enough", count=live)] if live >= LIVE_KEYS else []
