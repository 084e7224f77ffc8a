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
    "ask_for_a_new_link": (
        "Посилання вже використали, замінили новішим або минув його строк: попросіть нове.",
        "The link was used, replaced by a newer one or is too old: ask for a new one.",
    ),
    "already_signed_up": (
        "Людина вже прийняла запрошення: для нового пароля є відновлення.",
        "The person has accepted already: a new password is had by a reset.",
    ),
    "account_is_off": (
        "Обліковий запис вимкнено: спершу ввімкніть його.",
        "The account is switched off: switch it on first.",
    ),
    "passwords_differ": ("Паролі різняться: введіть той самий двічі.", "The two differ: type the same one twice."),
    "form_of_another_site": (
        "Форму надіслано з іншого сайту. Відкрийте посилання з листа ще раз.",
        "The form was sent from another site. Open the link of the letter once more.",
    ),
    "current_password_wrong": ("Поточний пароль неправильний.", "The current password is not right."),
}


def invitation_objections(*, has_password: bool, is_active: bool) -> list[Sentence]:
    """Why nobody is invited to this account."""
    found = {"already_signed_up": has_password, "account_is_off": not is_active}
    return [say(code) for code, applies in found.items() if applies]


def removal_objections(before: int, after: int) -> list[Sentence]:
    """Somebody who can grant must always be left: `before` and `after` count what makes active administrators."""
    return [say("last_administrator")] if before and not after else []


def scope_objection(role: Role, scope: ScopeKind) -> Sentence | None:
    """Accounts belong to the whole Association, so a part of it gives an administrator nothing to administer."""
    if role is Role.ADMINISTRATOR and scope is not ScopeKind.ASSOCIATION:
        return say("administrator_everywhere", scope=ScopeKind.ASSOCIATION)
    return None
