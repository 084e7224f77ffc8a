"""Small pages of our own for the links in letters, where no frontend is named. They work without a script."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from app.core.context import Language
from app.core.passwords import SHORTEST
from app.core.wording import words as spoken
from app.errors import CATALOGUE, AppError
from app.services.mail_texts import FOLDER, templates
from app.vocabulary import LinkPurpose

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("Побратим", "Pobratym"),
    "other_language": ("In English", "Українською"),
    "email": ("Електронна адреса", "E-mail address"),
    "password": ("Новий пароль", "New password"),
    "repeat": ("Новий пароль ще раз", "New password once more"),
    "password_hint": (
        f"Щонайменше {SHORTEST} символів. Добре підходить речення, яке легко запам’ятати.",
        f"At least {SHORTEST} characters. A sentence that is easy to remember works well.",
    ),
    "password_submit": ("Зберегти пароль", "Save the password"),
    "email_change_submit": ("Підтвердити адресу", "Confirm the address"),
    "invitation_title": ("Вітаємо, {name}!", "Welcome, {name}!"),
    "invitation_said": (
        "Оберіть пароль, і обліковий запис ваш.",
        "Choose a password, and the account is yours.",
    ),
    "invitation_done": ("Обліковий запис готовий", "Your account is ready"),
    "password_reset_title": ("Новий пароль", "A new password"),
    "password_reset_said": (
        "Після збереження всі сеанси вашого облікового запису завершаться.",
        "When it is saved, every session of your account ends.",
    ),
    "password_reset_done": ("Пароль збережено", "The password is saved"),
    "email_change_title": ("Нова адреса", "A new address"),
    "email_change_said": (
        "Відтепер ви входитимете з адресою {new_email} замість {email}.",
        "From now on you will sign in with {new_email} instead of {email}.",
    ),
    "email_change_done": ("Адресу змінено", "The address has changed"),
    "unsubscribe_title": ("Щоденні листи", "The daily letters"),
    "unsubscribe_said": (
        "Більше не отримувати щоденних листів із нагадуваннями? Строки за законом надходитимуть і далі.",
        "No more daily letters with reminders? Legal deadlines go on coming.",
    ),
    "unsubscribe_submit": ("Більше не надсилати", "Send no more"),
    "unsubscribe_done": ("Щоденних листів більше не буде", "There will be no more daily letters"),
    "unsubscribed_said": (
        "Увімкнути їх знову можна в налаштуваннях сповіщень. Цю сторінку можна закрити.",
        "They can be switched on again in the settings of notifications. This page can be closed.",
    ),
    "done_said": (
        "Тепер можна увійти з адресою {email}. Цю сторінку можна закрити.",
        "You can now sign in with {email}. This page can be closed.",
    ),
}


@dataclass(frozen=True)
class Form:
    """What the page of an open link shows and sends back."""

    purpose: LinkPurpose
    token: str
    language: Language
    email: str
    name: str
    new_email: str | None

    @property
    def path(self) -> str:
        return path(self.purpose)

    @property
    def wants_password(self) -> bool:
        return self.purpose is not LinkPurpose.EMAIL_CHANGE


@dataclass(frozen=True)
class Unsubscribe:
    """The page to which letters of the day lead: one button."""

    path: str
    token: str
    wants_password: bool = False


def path(purpose: LinkPurpose) -> str:
    return f"/account/{purpose.replace('_', '-')}"


def asked(form: Form, errors: Sequence[Any] = ()) -> str:
    """The form, with what is wrong beside the field it is about."""
    facts = {"name": form.name, "email": form.email, "new_email": form.new_email}
    wrong: dict[str, list[str]] = {"password": [], "repeat": []}
    for error in errors:
        wrong.setdefault(error.pointer.removeprefix("/"), []).append(spoken(error.sentence, form.language))
    other = "en" if form.language == "uk" else "uk"
    return _page(
        form.language,
        title=_said(f"{form.purpose}_title", form.language, **facts),
        said=_said(f"{form.purpose}_said", form.language, **facts),
        form=form,
        wrong=wrong,
        other=f"{form.path}?{urlencode({'token': form.token, 'language': other})}",
        submit=_said("password_submit" if form.wants_password else "email_change_submit", form.language),
    )


def done(form: Form, email: str) -> str:
    title = _said(f"{form.purpose}_done", form.language)
    return _page(form.language, title=title, said=_said("done_said", form.language, email=email), is_done=True)


def unsubscribing(form: Unsubscribe, language: Language) -> str:
    other = urlencode({"token": form.token, "language": "en" if language == "uk" else "uk"})
    return _page(
        language,
        title=_said("unsubscribe_title", language),
        said=_said("unsubscribe_said", language),
        form=form,
        other=f"{form.path}?{other}",
        submit=_said("unsubscribe_submit", language),
    )


def unsubscribed(language: Language) -> str:
    title = _said("unsubscribe_done", language)
    return _page(language, title=title, said=_said("unsubscribed_said", language), is_done=True)


def refused(error: AppError, language: Language) -> str:
    kind = CATALOGUE[error.code]
    reasons = [*error.sentences, *(each.sentence for each in error.errors)]
    said = " ".join(spoken(reason, language) for reason in reasons)
    return _page(language, title=kind.uk if language == "uk" else kind.en, said=said)


def _said(key: str, language: Language, **facts: Any) -> str:
    uk, en = WORDS[key]
    return (uk if language == "uk" else en).format(**facts)


def _page(language: Language, *, submit: str = "", **facts: Any) -> str:
    fixed = ("name", "other_language", "email", "password", "repeat", "password_hint")
    words = {key: _said(key, language) for key in fixed} | {"submit": submit}
    nothing: dict[str, Any] = {"form": None, "wrong": {}, "other": None, "is_done": False}
    whole = nothing | facts | {"language": language, "words": words, "style": Markup(_style())}  # noqa: S704 - a file of ours
    return templates().get_template("pages/account.html").render(whole)


@cache
def _style() -> str:
    return (FOLDER / "pages" / "style.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Nothing runs, nothing is fetched, nothing frames it; its own style is known by its digest."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
