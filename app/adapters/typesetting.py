"""Letters as PDF: what people wrote goes in as data, and nothing of it is ever a command of the typesetter."""

import asyncio
import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson
import typst

from app.settings import ROOT
from app.vocabulary import Language

TEMPLATE: Final = ROOT / "app" / "templates" / "letters" / "letter.typ"
LONGEST_SECONDS: Final = 10.0


class TypesettingError(Exception):
    """It was not set: too long, or a fault of ours."""


@dataclass(frozen=True)
class Sheet:
    """Plain lines and paragraphs; an empty one is left out."""

    language: Language
    organization: str
    number: str
    day: dt.date
    date: str
    subject: str
    body: tuple[str, ...]
    addressee: tuple[str, ...]
    position: str = ""
    signatory: str = ""
    reply: str = ""
    letterhead: tuple[str, ...] = field(default_factory=tuple)


async def pdf(sheet: Sheet) -> bytes:
    """The same sheet is the same bytes."""
    made: bytes = await _set(sheet, format="pdf", pdf_standards=["a-2b"])
    return made


async def picture(sheet: Sheet, *, dots_per_inch: float = 100) -> list[bytes]:
    """Each page, as it will look."""
    found: Any = await _set(sheet, format="png", ppi=dots_per_inch)
    return found if isinstance(found, list) else [found]


async def _set(sheet: Sheet, **how: Any) -> Any:
    given = {"sheet": orjson.dumps(asdict(sheet)).decode()}
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await asyncio.to_thread(_compile, given, how)
    except (TimeoutError, typst.TypstError) as error:
        raise TypesettingError from error


def _compile(given: dict[str, str], how: dict[str, Any]) -> Any:
    # No folder but the template's own can be read, and no font of the machine changes the page.
    compiler = typst.Compiler(
        input=str(TEMPLATE), root=str(TEMPLATE.parent), ignore_system_fonts=True, sys_inputs=given
    )
    return compiler.compile(timestamp=0, **how)
