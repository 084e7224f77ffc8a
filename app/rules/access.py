"""Why somebody may or may not do something: the words for what decided."""

from collections.abc import Mapping
from typing import Final

from app.rules.permissions import GRANTS, Permission
from app.vocabulary import Role

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "account_is_off": ("Обліковий запис вимкнено.", "The account is switched off."),
    "grant_allows": (
        "Дозволяє роль «{role}», обсяг: {scope}.",
        "The role “{role}” allows it, over: {scope}.",
    ),
    "grant_not_yet": (
        "Роль «{role}» дозволяла б це, але діє з {day}.",
        "The role “{role}” would allow it, but holds from {day}.",
    ),
    "grant_over": (
        "Роль «{role}» дозволяла б це, але діяла до {day}.",
        "The role “{role}” would allow it, but held until {day}.",
    ),
    "grant_does_not_reach": (
        "Роль «{role}», обсяг: {scope}, дає це право, але не на цей запис.",
        "The role “{role}”, over {scope}, gives this permission, but not on this record.",
    ),
    "no_role_gives_it": (
        "Жодна з чинних ролей не дає права {permission}. Його дають: {roles}.",
        "None of the roles held today gives {permission}. It is given by: {roles}.",
    ),
    "record_hidden": (
        "Такого запису немає, або жодна роль до нього не сягає.",
        "There is no such record, or no role reaches it.",
    ),
    "record_of_others": (
        "Запис видно, але він належить іншим.",
        "The record can be seen, but belongs to others.",
    ),
    "public_facts": (
        "Це відкриті відомості: їх читає кожен, хто має право {permission}.",
        "These are public facts: whoever holds {permission} reads them.",
    ),
    "other_kind": (
        "Право {permission} не стосується записів цього виду.",
        "The permission {permission} is not about records of this kind.",
    ),
    "everywhere": ("уся Асоціація", "the whole Association"),
}


def givers(permission: Permission) -> list[Role]:
    """The roles that hold a permission."""
    return [role for role in Role if permission in GRANTS[role]]


def is_about(permission: Permission, kind: str) -> bool:
    """Whether a permission is about records of this kind: sealed data belong to people."""
    area = permission.partition(":")[0]
    return area == kind or (kind == "people" and area in {"identity", "personal_data"})
