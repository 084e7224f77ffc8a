"""An exported file of the journal, checked with nothing but the public key."""

from pathlib import Path

from app.core.wording import words
from app.rules import journal_files
from app.rules.checkpoints import BadNote, Key
from app.rules.journal_files import Contents, Wrong
from app.trouble import Trouble, told


def verify(file: Path, key: str) -> None:
    try:
        with file.open("rb") as lines:
            found = journal_files.check(lines, Key.parsed(key))
    except BadNote:
        raise Trouble(
            uk="Ключ записано неправильно: очікується «назва+відбиток+ключ», як його показує ./pobratym journal key.",
            en="The key is not written as name+hash+key, the way ./pobratym journal key shows it.",
        ) from None
    except Wrong as wrong:
        raise Trouble(uk=words(wrong.sentence, "uk"), en=words(wrong.sentence, "en")) from None
    print(_line(found), flush=True)  # noqa: T201 - it speaks to a terminal


def _line(found: Contents) -> str:
    size, at = found.checkpoint.size, f"{found.checkpoint.at:%Y-%m-%d %H:%M UTC}"
    if found.is_whole:
        return told(
            uk=f"Файл справжній: це весь журнал до контрольної точки {size} ({at}).",
            en=f"The file is genuine: it is the whole journal up to checkpoint {size} ({at}).",
        )
    return told(
        uk=f"Файл справжній: записів {found.count} із {size}, запечатаних до контрольної точки {size} ({at}).",
        en=f"The file is genuine: {found.count} of the {size} entries sealed by checkpoint {size} ({at}).",
    )
