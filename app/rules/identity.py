"""Identity and health data: how closely each fact is held, and in which one form it is kept."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from app.errors import Sentence, say
from app.rules import codes
from app.rules.names import tidy
from app.vocabulary import DocumentKind, FieldClass, ParticularKind

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "foreign_passport_form": (
        "Паспорт України для виїзду за кордон має дві латинські літери та шість цифр.",
        "A Ukrainian passport for travel abroad has two Latin letters and six digits.",
    ),
    "booklet_form": (
        "Паспорт-книжечка має дві українські літери та шість цифр.",
        "A passport booklet has two Ukrainian letters and six digits.",
    ),
    "id_card_form": ("Номер ID-картки має дев’ять цифр.", "The number of an identity card has nine digits."),
    "tax_number_form": ("РНОКПП має десять цифр.", "A Ukrainian tax number has ten digits."),
    "tax_number_check_digit": (
        "Контрольна цифра РНОКПП не збігається: перевірте, чи немає описки.",
        "The check digit of the tax number does not match: please look for a typing error.",
    ),
    "document_number_form": (
        "Номер документа складається з літер і цифр, від 3 до 40 знаків.",
        "The number of a document consists of letters and digits, 3 to 40 characters.",
    ),
    "expires_after_issue": (
        "Строк дії має закінчуватися пізніше за дату видачі.",
        "The document must expire after the day of its issue.",
    ),
    "birth_implausible": (
        "Такої дати народження не може бути: перевірте рік.",
        "Nobody can be born on this date: please check the year.",
    ),
    "sex_code": ("Стать позначають як у паспорті: F, M або X.", "Sex is written as in a passport: F, M or X."),
    "citizenship_code": (
        "Громадянство позначають двома латинськими літерами країни за ISO 3166-1, як UA.",
        "Citizenship is written as the two letters of the country in ISO 3166-1, such as UA.",
    ),
    "identity_erased": (
        "Дані цієї особи стерто: їх уже не відкрити, і нових тут не додають.",
        "The data of this person has been erased: it cannot be opened, and none is added here.",
    ),
    "sealed_with_another_key": (
        "Ці дані запечатано ключем, якого цей сервер ще не знає. Спробуйте трохи згодом.",
        "This data is sealed with a key that this server does not know yet. Try again a little later.",
    ),
    "purpose_in_words": (
        "Поясніть мету словами: щонайменше {letters} літер.",
        "Explain the purpose in words: at least {letters} letters.",
    ),
    "purpose_holds_number": (
        "Не пишіть номера документа в меті: вона залишається в журналі.",
        "Leave the number of the document out of the purpose: that stays in the journal.",
    ),
    "one_fact_at_a_time": (
        "Вкажіть щось одне: document_id або particular.",
        "Name one thing: either document_id or particular.",
    ),
}

CLASSES: Final[Mapping[DocumentKind | ParticularKind, FieldClass]] = {
    DocumentKind.FOREIGN_PASSPORT: FieldClass.IDENTITY,
    DocumentKind.DIPLOMATIC_PASSPORT: FieldClass.IDENTITY,
    DocumentKind.SERVICE_PASSPORT: FieldClass.IDENTITY,
    DocumentKind.INTERNAL_PASSPORT_BOOKLET: FieldClass.IDENTITY,
    DocumentKind.ID_CARD: FieldClass.IDENTITY,
    DocumentKind.RESIDENCE_PERMIT: FieldClass.IDENTITY,
    # Asked for only when a child crosses the border.
    DocumentKind.BIRTH_CERTIFICATE: FieldClass.MINOR,
    DocumentKind.TAX_NUMBER: FieldClass.IDENTITY,
    DocumentKind.MILITARY_DOCUMENT: FieldClass.IDENTITY,
    DocumentKind.DRIVING_LICENCE: FieldClass.IDENTITY,
    ParticularKind.DATE_OF_BIRTH: FieldClass.IDENTITY,
    ParticularKind.SEX: FieldClass.IDENTITY,
    ParticularKind.CITIZENSHIP: FieldClass.IDENTITY,
    ParticularKind.PLACE_OF_BIRTH: FieldClass.IDENTITY,
    ParticularKind.HOME_ADDRESS: FieldClass.PERSONAL,
    # What somebody eats tells of their health or their faith.
    ParticularKind.DIETARY_NEEDS: FieldClass.HEALTH,
    ParticularKind.ALLERGIES: FieldClass.HEALTH,
    ParticularKind.ACCESSIBILITY_NEEDS: FieldClass.HEALTH,
    ParticularKind.MEDICAL_NOTE: FieldClass.HEALTH,
    ParticularKind.EMERGENCY_CONTACT: FieldClass.PERSONAL,
    ParticularKind.CLOTHING_SIZE: FieldClass.PERSONAL,
    ParticularKind.LEGAL_GUARDIAN: FieldClass.MINOR,
    ParticularKind.SCHOOL: FieldClass.MINOR,
}

HOME: Final = "UA"
OLDEST: Final = 120
LETTERS_OF_A_PURPOSE: Final = 10

# Letters that look alike are typed for each other: a number is the same number in either alphabet.
ALIKE: Final = dict(zip("АВЕІКМНОРСТХ", "ABEIKMHOPCTX", strict=True))
TO_LATIN: Final = str.maketrans(ALIKE)
TO_CYRILLIC: Final = str.maketrans({latin: cyrillic for cyrillic, latin in ALIKE.items()})
GAPS: Final = re.compile(r"[\s\-–—‑]+")

FOREIGN_PASSPORT: Final = re.compile(r"[A-Z]{2}[0-9]{6}")
BOOKLET: Final = re.compile(r"[А-ЩЬЮЯҐЄІЇ]{2}[0-9]{6}")
ID_CARD: Final = re.compile(r"[0-9]{9}")
TAX_NUMBER: Final = re.compile(r"[0-9]{10}")
ANY_NUMBER: Final = re.compile(r"(?=.*[0-9])[^\W_](?:[^\W_]|[ /.№-]){1,38}[^\W_]")
TAX_WEIGHTS: Final = (-1, 5, 7, 9, 4, 6, 10, 5, 7)

LENGTHS: Final[Mapping[ParticularKind, int]] = {
    ParticularKind.PLACE_OF_BIRTH: 300,
    ParticularKind.HOME_ADDRESS: 1000,
    ParticularKind.EMERGENCY_CONTACT: 1000,
    ParticularKind.CLOTHING_SIZE: 40,
    ParticularKind.LEGAL_GUARDIAN: 1000,
    ParticularKind.SCHOOL: 300,
}
LONGEST: Final = 4000


class BadFactError(ValueError):
    """A refused fact: the sentence that says why, and never the fact itself."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.code)
        self.sentence = sentence


def document_number(kind: DocumentKind, country: str, text: str) -> str:
    """The number in the form in which it is kept, or `BadFactError`."""
    plain = tidy(unicodedata.normalize("NFKC", text)).upper()
    form = UKRAINIAN.get(kind, _any_number) if country == HOME else _any_number
    return form(plain)


def index_form(text: str) -> str:
    """What a number is found by: letters and digits alone, whatever alphabet and spaces it was typed with."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(TO_LATIN)
    return "".join(letter for letter in plain if letter.isalnum())


def _any_number(text: str) -> str:
    if not ANY_NUMBER.fullmatch(text):
        raise BadFactError(say("document_number_form"))
    return text


def _foreign_passport(text: str) -> str:
    return _of_form(FOREIGN_PASSPORT, GAPS.sub("", text).translate(TO_LATIN), say("foreign_passport_form"))


def _booklet(text: str) -> str:
    return _of_form(BOOKLET, GAPS.sub("", text).translate(TO_CYRILLIC), say("booklet_form"))


def _id_card(text: str) -> str:
    return _of_form(ID_CARD, GAPS.sub("", text), say("id_card_form"))


def _tax_number(text: str) -> str:
    """The taxpayer's number, whose last digit is counted from the others."""
    found = _of_form(TAX_NUMBER, GAPS.sub("", text), say("tax_number_form"))
    total = sum(weight * int(digit) for weight, digit in zip(TAX_WEIGHTS, found, strict=False))
    if total % 11 % 10 != int(found[-1]):
        raise BadFactError(say("tax_number_check_digit"))
    return found


def _of_form(form: re.Pattern[str], text: str, otherwise: Sentence) -> str:
    if not form.fullmatch(text):
        raise BadFactError(otherwise)
    return text


UKRAINIAN: Final[Mapping[DocumentKind, Callable[[str], str]]] = {
    DocumentKind.FOREIGN_PASSPORT: _foreign_passport,
    DocumentKind.INTERNAL_PASSPORT_BOOKLET: _booklet,
    DocumentKind.ID_CARD: _id_card,
    DocumentKind.TAX_NUMBER: _tax_number,
}


def date_objections(issued_on: date | None, expires_on: date | None, today: date) -> Iterator[tuple[str, Sentence]]:
    """Field and reason: what is wrong with the days of a document."""
    if issued_on and issued_on > today:
        yield "issued_on", say("not_in_future")
    if issued_on and expires_on and expires_on <= issued_on:
        yield "expires_on", say("expires_after_issue")


def particular(kind: ParticularKind, text: str, today: date) -> str:
    """The fact in the form in which it is kept, or `BadFactError`."""
    if kind is ParticularKind.DATE_OF_BIRTH:
        return _date_of_birth(text, today)
    if kind is ParticularKind.SEX:
        return _sex(text)
    if kind is ParticularKind.CITIZENSHIP:
        return _citizenship(text)
    if len(text) > (longest := LENGTHS.get(kind, LONGEST)):
        raise BadFactError(say("string_too_long", max_length=longest))
    return text


def _date_of_birth(text: str, today: date) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise BadFactError(say("date_parsing")) from None
    if born > today:
        raise BadFactError(say("not_in_future"))
    if today.year - born.year > OLDEST:
        raise BadFactError(say("birth_implausible"))
    return born.isoformat()


def _sex(text: str) -> str:
    return _of_form(re.compile("[FMX]"), text.strip().upper(), say("sex_code"))


def _citizenship(text: str) -> str:
    try:
        return codes.country(text)
    except codes.BadCode as error:
        # The rule of the code repeats what it was given; a fact is never repeated.
        raise BadFactError(say("citizenship_code")) from error


def purpose_objection(purpose: str, number: str = "") -> Sentence | None:
    """Why this is no explanation of a purpose that may stand in the journal."""
    if sum(letter.isalpha() for letter in purpose) < LETTERS_OF_A_PURPOSE:
        return say("purpose_in_words", letters=LETTERS_OF_A_PURPOSE)
    sought = index_form(number)
    return say("purpose_holds_number") if sought and sought in index_form(purpose) else None
