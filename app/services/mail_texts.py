"""How a letter reads: one text for each kind and language, its HTML made of the same paragraphs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.core.uow import KYIV
from app.core.wording import day
from app.settings import ROOT
from app.vocabulary import Language, MessageKind

FOLDER: Final = ROOT / "app" / "templates"


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


@cache
def templates() -> Environment:
    """Plain text is not escaped, HTML always is; a fact that is missing is an error and not a gap."""
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compose(kind: MessageKind, language: Language, facts: Mapping[str, Any]) -> Letter:
    """The first line of the text is the subject; a link that stands alone becomes a button."""
    told = {name: _plain(value) for name, value in facts.items()}
    whole = templates().get_template(f"mail/{kind}.{language}.txt").render(told)
    subject, _, text = whole.strip().partition("\n")
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    about = {"subject": subject, "language": language, "paragraphs": paragraphs, "link": told.get("link")}
    text = "\n\n".join(paragraphs) + "\n"
    return Letter(subject, text, templates().get_template("mail/layout.html").render(about))


def moment(at: datetime, language: Language) -> str:
    """As people in Kyiv read it."""
    local = at.astimezone(KYIV)
    if language is Language.UK:
        return f"{day(local.date(), language)} о {local:%H:%M} за Києвом"
    return f"{day(local.date(), language)} at {local:%H:%M}, Kyiv time"


def _plain(value: Any) -> str:
    """A fact stays within its line: no name can begin a paragraph or a header. Of a list each has one of its own."""
    if isinstance(value, list):
        return "\n\n".join(_plain(each) for each in value)
    return " ".join("".join(each if each.isprintable() else " " for each in str(value)).split())
