"""Which files are taken, what they are called, and what their first bytes must say. Nothing is unpacked."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype

from app.errors import Sentence, say
from app.vocabulary import FieldClass, ScanStatus

# What is looked at to tell what a file is.
HEAD_BYTES: Final = 8192
LONGEST_NAME: Final = 200

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "file_type_not_taken": (
        "Файли «.{extension}» не приймаються. Збережіть як PDF або в одному з форматів: {taken}.",
        "Files “.{extension}” are not taken. Save it as PDF, or in one of these formats: {taken}.",
    ),
    "file_has_no_extension": (
        "Назва файлу має закінчуватися розширенням, наприклад «.pdf».",
        "The file name must end with an extension, such as “.pdf”.",
    ),
    "file_is_something_else": (
        "Вміст файлу не відповідає розширенню «.{extension}». Перевірте, чи файл не перейменували.",
        "The content of the file is not what “.{extension}” says. Check whether it was renamed.",
    ),
    "file_is_empty": ("Файл порожній.", "The file is empty."),
    "quota_of_files_used_up": (
        "Сховище організації заповнене: використано {used} із {most} байтів, файл має {size}.",
        "The organization’s storage is full: {used} of {most} bytes are used, the file has {size}.",
    ),
    "checksum_differs": (
        "Контрольна сума не збігається: файл пошкоджено дорогою. Надішліть його ще раз.",
        "The checksum differs: the file was damaged on its way. Send it again.",
    ),
    "class_not_for_files": (
        "Документи, що посвідчують особу, і дані про здоров’я зберігаються в картці особи, а не файлом.",
        "Identity documents and health data are kept on the card of a person, not as a file.",
    ),
    "upload_is_gone": (
        "Завантаженого файлу вже немає: його приєднано раніше або минула доба. Завантажте його ще раз.",
        "The uploaded file is gone: it was attached before, or a day has passed. Upload it again.",
    ),
    "file_waits_for_scan": (
        "Файл ще перевіряють на віруси. Спробуйте за хвилину.",
        "The file is still being scanned for viruses. Try again in a minute.",
    ),
    "file_is_infected": (
        "У файлі знайдено вірус. Його не видають; завантажте чисту версію.",
        "A virus was found in the file. It is not handed out; upload a clean version.",
    ),
    "same_as_newest_version": (
        "Це та сама версія, що й остання: нічого не змінилося.",
        "This is the same as the newest version: nothing has changed.",
    ),
    "file_is_lost": (
        "Файл у сховищі пошкоджено або його немає. Повідомте адміністратора.",
        "The file is damaged or missing in the storage. Tell an administrator.",
    ),
}

ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"
PLAIN: Final = "text/plain"


@dataclass(frozen=True)
class Type:
    """What a file with this extension is, and what its first bytes may look like."""

    media_type: str
    looks_like: frozenset[str]


def _type(media_type: str, *also: str) -> Type:
    return Type(media_type, frozenset({media_type, *also}))


def _office(name: str) -> Type:
    return _type(f"application/vnd.openxmlformats-officedocument.{name}", ZIP)


def _open(name: str) -> Type:
    return _type(f"application/vnd.oasis.opendocument.{name}", ZIP)


# Nothing that a browser or an office program would run: no pages, no drawings with scripts, no macros.
TYPES: Final[Mapping[str, Type]] = {
    "pdf": _type("application/pdf"),
    "docx": _office("wordprocessingml.document"),
    "xlsx": _office("spreadsheetml.sheet"),
    "pptx": _office("presentationml.presentation"),
    "odt": _open("text"),
    "ods": _open("spreadsheet"),
    "odp": _open("presentation"),
    "rtf": _type("application/rtf", PLAIN),
    "jpg": _type("image/jpeg"),
    "jpeg": _type("image/jpeg"),
    "png": _type("image/png", "image/apng"),
    "webp": _type("image/webp"),
    "heic": _type("image/heic"),
    "tif": _type("image/tiff"),
    "tiff": _type("image/tiff"),
    "txt": _type(PLAIN),
    "csv": _type("text/csv", PLAIN),
    "ics": _type("text/calendar", PLAIN),
    "eml": _type("message/rfc822", PLAIN),
    "p7s": _type("application/pkcs7-signature", ""),
    "asice": _type("application/vnd.etsi.asic-e+zip", ZIP),
}
TAKEN: Final = ", ".join(sorted(TYPES))
# Marks that begin a page or a script, whatever else the file claims to be.
ACTIVE: Final = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|\?php)|^#!", re.IGNORECASE)
CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
CLASSES: Final = frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL})
REFUSED: Final[Mapping[ScanStatus, str]] = {
    ScanStatus.PENDING: "file_waits_for_scan",
    ScanStatus.INFECTED: "file_is_infected",
}


def clean_name(given: str) -> str:
    """As people wrote it, without folders, invisible turns of direction and what no file system likes."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    shown = "".join(each for each in last if each.isprintable() and unicodedata.category(each) != "Cf")
    name = " ".join(re.sub(r'[<>:"|?*]', "_", shown).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}{dot}{extension}" if stem else name[:LONGEST_NAME]


def extension(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def objection(name: str, head: bytes) -> Sentence | None:
    """Why a file with this name and these first bytes is not taken."""
    ending = extension(name)
    if not ending:
        return say("file_has_no_extension")
    found = TYPES.get(ending)
    if found is None:
        return say("file_type_not_taken", extension=ending[:20], taken=TAKEN)
    if not head:
        return say("file_is_empty")
    if looks_like(head) not in found.looks_like:
        return say("file_is_something_else", extension=ending)
    return None


def looks_like(head: bytes) -> str:
    """The media type of the first bytes; text is text, and what nobody knows is ''."""
    known = filetype.guess_mime(head[:HEAD_BYTES])
    if known:
        return str(known)
    return PLAIN if _is_text(head[:HEAD_BYTES]) else ""


def _is_text(head: bytes) -> bool:
    """In whatever encoding an office has: letters and line ends, no control codes, and nothing that runs."""
    return not CONTROLS.search(head) and not ACTIVE.search(head)


def media_type(name: str) -> str:
    return TYPES[extension(name)].media_type
