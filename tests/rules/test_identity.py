from datetime import date

import pytest

from app.rules.identity import (
    CLASSES,
    BadFactError,
    date_objections,
    document_number,
    index_form,
    particular,
    purpose_objection,
)
from app.vocabulary import DocumentKind as Document
from app.vocabulary import FieldClass
from app.vocabulary import ParticularKind as Kind

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "country", "typed", "kept"),
    [
        (Document.FOREIGN_PASSPORT, "UA", "FA 123456", "FA123456"),
        (Document.FOREIGN_PASSPORT, "UA", "fа123456", "FA123456"),  # а small Cyrillic letter
        (Document.INTERNAL_PASSPORT_BOOKLET, "UA", "mk-123456", "МК123456"),
        (Document.INTERNAL_PASSPORT_BOOKLET, "UA", "СЮ № 123456".replace("№ ", ""), "СЮ123456"),
        (Document.ID_CARD, "UA", "000 123 456", "000123456"),
        (Document.TAX_NUMBER, "UA", "3184710691", "3184710691"),
        (Document.BIRTH_CERTIFICATE, "UA", "i-бп  123456", "I-БП 123456"),
        (Document.FOREIGN_PASSPORT, "PL", "eh 1234567", "EH 1234567"),
        (Document.ID_CARD, "DE", "L01X00T47", "L01X00T47"),
    ],
)
def test_a_number_is_kept_in_one_form(kind: Document, country: str, typed: str, kept: str) -> None:
    assert document_number(kind, country, typed) == kept
    assert document_number(kind, country, kept) == kept


@pytest.mark.parametrize(
    ("kind", "country", "typed", "code"),
    [
        (Document.FOREIGN_PASSPORT, "UA", "FA12345", "foreign_passport_form"),
        (Document.FOREIGN_PASSPORT, "UA", "FЖ123456", "foreign_passport_form"),
        (Document.INTERNAL_PASSPORT_BOOKLET, "UA", "ЫЫ123456", "booklet_form"),
        (Document.ID_CARD, "UA", "12345678", "id_card_form"),
        (Document.ID_CARD, "UA", "١٢٣٤٥٦٧٨٩", "id_card_form"),  # digits of another script
        (Document.TAX_NUMBER, "UA", "318471069", "tax_number_form"),
        (Document.TAX_NUMBER, "UA", "3184710692", "tax_number_check_digit"),
        (Document.DRIVING_LICENCE, "UA", "немає", "document_number_form"),
        (Document.DRIVING_LICENCE, "UA", "A<b>12345", "document_number_form"),
        (Document.DRIVING_LICENCE, "PL", "7", "document_number_form"),
        (Document.DRIVING_LICENCE, "PL", "7" * 41, "document_number_form"),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_not_repeated(
    kind: Document, country: str, typed: str, code: str
) -> None:
    with pytest.raises(BadFactError) as refused:
        document_number(kind, country, typed)
    assert (refused.value.sentence.code, dict(refused.value.sentence.facts)) == (code, {})
    assert typed not in str(refused.value)


@pytest.mark.parametrize("typed", ["МК123456", "MK 123456", "mk-123-456", "М К 1 2 3 4 5 6", "ＭＫ１２３４５６"])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert index_form(typed) == "MK123456"


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "found"),
    [
        (None, None, []),
        (date(2026, 11, 23), date(2036, 11, 23), []),
        (date(2026, 11, 24), None, [("issued_on", "not_in_future")]),
        (date(2020, 1, 1), date(2020, 1, 1), [("expires_on", "expires_after_issue")]),
        (None, date(2019, 1, 1), []),
    ],
)
def test_the_days_of_a_document_follow_each_other(
    issued_on: date | None, expires_on: date | None, found: list[tuple[str, str]]
) -> None:
    assert [(name, sentence.code) for name, sentence in date_objections(issued_on, expires_on, TODAY)] == found


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.DATE_OF_BIRTH, "1980-03-31", "1980-03-31"),
        (Kind.DATE_OF_BIRTH, "2026-11-23", "2026-11-23"),
        (Kind.SEX, " f", "F"),
        (Kind.CITIZENSHIP, "ua", "UA"),
        (Kind.DIETARY_NEEDS, "Без свинини, без арахісу", "Без свинини, без арахісу"),
    ],
)
def test_a_particular_is_kept_in_one_form(kind: Kind, typed: str, kept: str) -> None:
    assert particular(kind, typed, TODAY) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (Kind.DATE_OF_BIRTH, "31.03.1980", "date_parsing"),
        (Kind.DATE_OF_BIRTH, "2026-11-24", "not_in_future"),
        (Kind.DATE_OF_BIRTH, "1899-12-31", "birth_implausible"),
        (Kind.SEX, "жіноча", "sex_code"),
        (Kind.CITIZENSHIP, "Україна", "citizenship_code"),
        (Kind.CITIZENSHIP, "EL", "citizenship_code"),
        (Kind.CLOTHING_SIZE, "X" * 41, "string_too_long"),
    ],
)
def test_a_particular_that_cannot_be_is_refused(kind: Kind, typed: str, code: str) -> None:
    with pytest.raises(BadFactError) as refused:
        particular(kind, typed, TODAY)
    assert refused.value.sentence.code == code
    assert typed not in str(refused.value.sentence.facts)


def test_every_kind_has_its_class_and_none_is_open() -> None:
    assert set(CLASSES) == {*Document, *Kind}
    assert len(CLASSES) == len(Document) + len(Kind)
    assert set(CLASSES.values()) == {
        FieldClass.PERSONAL,
        FieldClass.IDENTITY,
        FieldClass.HEALTH,
        FieldClass.MINOR,
    }


@pytest.mark.parametrize(
    ("purpose", "number", "code"),
    [
        ("Візова анкета до Польщі", "FA123456", None),
        ("віза 2026 12 05", "", "purpose_in_words"),
        ("..............", "", "purpose_in_words"),
        ("Перевіряю паспорт fa 123456", "FA123456", "purpose_holds_number"),
        ("Перевіряю паспорт FА-123456", "fa 123456", "purpose_holds_number"),
    ],
)
def test_a_purpose_is_said_in_words_and_without_the_number(purpose: str, number: str, code: str | None) -> None:
    found = purpose_objection(purpose, number)

    assert (found.code if found else None) == code
