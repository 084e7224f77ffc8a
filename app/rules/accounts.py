"""What of an account and its grants may be taken away, and where a role may hold."""

from collections.abc import Mapping
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import Role, ScopeKind

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "last_administrator": (
        "Це останній чинний адміністратор: спершу надайте цю роль іншій особі.",
        "This is the last active administrator: give the role to somebody else first.",
    ),
    "administrator_everywhere": (
        "Адміністратор діє в усій Асоціації: вкажіть обсяг «{scope}».",
        "An administrator acts for the whole Association: give the scope “{scope}”.",
    ),
}


def removal_objections(before: int, after: int) -> list[Sentence]:
    """Somebody who can grant must always be left: `before` and `after` count what makes active administrators."""
    return [say("last_administrator")] if before and not after else []


def scope_objection(role: Role, scope: ScopeKind) -> Sentence | None:
    """Accounts belong to the whole Association, so a part of it gives an administrator nothing to administer."""
    if role is Role.ADMINISTRATOR and scope is not ScopeKind.ASSOCIATION:
        return say("administrator_everywhere", scope=ScopeKind.ASSOCIATION)
    return None
