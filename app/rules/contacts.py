"""Contact points as they are kept and compared: one form for one telephone, whoever typed it."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
from pydantic_core import PydanticCustomError

from app.rules import emails
from app.vocabulary import ContactKind

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "phone_extension": (
        "Внутрішній номер напишіть у полі label, а тут лише сам номер.",
        "Write the extension into the field label, and only the number itself here.",
    ),
    "messenger_invalid": (
        "Вкажіть номер телефону, ім’я користувача або посилання на профіль.",
        "Give a telephone number, a user name or a link to the profile.",
    ),
    "website_invalid": (
        "Це не схоже на вебадресу, як https://example.org.",
        "This does not look like an address such as https://example.org.",
    ),
}

_LOOKS_LIKE_PHONE: Final = re.compile(r"[+(]?\d[\d\s().-]{6,}")
_USER_NAME: Final = re.compile(r"@?([A-Za-z0-9](?:[A-Za-z0-9._-]{1,62}[A-Za-z0-9_])?)")
_TELEGRAM: Final = re.compile(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/([A-Za-z0-9_]{3,64})/?")
_HOST: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+(?::\d{1,5})?")


class BadContactError(ValueError):
    """A refused contact point: the code of its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalised(kind: ContactKind, value: str, region: str) -> str:
    """The one form of a contact point; `region` is the country where a number without a code would be dialled."""
    return _FORMS[kind](value.strip(), region)


def _phone(value: str, region: str) -> str:
    """E.164. A tail that is no part of the number would be lost in it, so it is refused."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        raise BadContactError("phone_invalid") from error
    if number.extension:
        raise BadContactError("phone_extension")
    if not phonenumbers.is_valid_number(number):
        raise BadContactError("phone_invalid")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(value: str, _: str) -> str:
    try:
        return str(emails.normalised(value))
    except PydanticCustomError as error:
        raise BadContactError(error.type) from error


def _messenger(value: str, region: str) -> str:
    if _LOOKS_LIKE_PHONE.fullmatch(value):
        return _phone(value, region)
    if found := _TELEGRAM.fullmatch(value) or _USER_NAME.fullmatch(value):
        return "@" + found.group(1).lower()
    try:
        return _website(value, region)
    except BadContactError as error:
        raise BadContactError("messenger_invalid") from error


def _website(value: str, _: str) -> str:
    """With its scheme, and the host in lower case."""
    try:
        parts = urlsplit(value if "://" in value else f"https://{value}")
    except ValueError as error:
        raise BadContactError("website_invalid") from error
    host = parts.netloc.lower()
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or " " in value:
        raise BadContactError("website_invalid")
    return parts._replace(netloc=host, path=parts.path.rstrip("/")).geturl()


_FORMS: Final[Mapping[ContactKind, Callable[[str, str], str]]] = {
    ContactKind.EMAIL: _email,
    ContactKind.PHONE: _phone,
    ContactKind.MESSENGER: _messenger,
    ContactKind.WEBSITE: _website,
}
