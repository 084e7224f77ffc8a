"""The page on which a sign-in ends when nobody said where to go back to."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from app.core.context import Language
from app.core.wording import words
from app.errors import CATALOGUE, say
from app.rules import openid as rules
from app.services.mail_texts import FOLDER, templates

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("Побратим", "Pobratym"),
    "done": ("Ви увійшли", "You are signed in"),
    "done_said": ("Цю сторінку можна закрити.", "This page can be closed."),
    "step": ("Залишився другий крок", "There is a second step"),
    "step_said": (
        "У вас є другий чинник входу. Увійдіть зі сторінки або застосунку, де його можна ввести.",
        "You have a second factor. Sign in from a page or an app where it can be given.",
    ),
}


def ended(language: Language, *, error: str | None = None, reason: str | None = None, step: str | None = None) -> str:
    """Signed in, not quite yet, or why not. Only sentences of ours are shown, whatever the address says."""
    if error is None:
        name = "done" if step is None else "step"
        said = _said(f"{name}_said", language)
        return _page(language, title=_said(name, language), said=said, is_done=step is None)
    kind = CATALOGUE.get(error, CATALOGUE["sign_in_refused"])
    plain = {code for code, (uk, _) in rules.SENTENCES.items() if "{" not in uk}
    said = words(say(reason), language) if reason and reason in plain else ""
    return _page(language, title=kind.uk if language == "uk" else kind.en, said=said, is_done=False)


def _said(key: str, language: Language) -> str:
    uk, en = WORDS[key]
    return uk if language == "uk" else en


def _page(language: Language, *, title: str, said: str, is_done: bool) -> str:
    style = Markup((FOLDER / "pages" / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
    facts = {"language": language, "title": title, "said": said, "is_done": is_done, "style": style}
    nothing = {"form": None, "other": None, "words": {"name": _said("name", language)}}
    return templates().get_template("pages/account.html").render(facts | nothing)
