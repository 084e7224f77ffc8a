import pytest

from app.rules.contacts import BadContactError, normalised
from app.vocabulary import ContactKind

EMAIL, PHONE, MESSENGER, WEBSITE = ContactKind.EMAIL, ContactKind.PHONE, ContactKind.MESSENGER, ContactKind.WEBSITE


@pytest.mark.parametrize(
    ("kind", "typed", "region", "kept"),
    [
        (PHONE, "044 279 15 47", "UA", "+380442791547"),
        (PHONE, " +38 (067) 123-45-67 ", "PL", "+380671234567"),
        (PHONE, "84 639 23 01", "PL", "+48846392301"),
        (PHONE, "00380442791547", "UA", "+380442791547"),
        (EMAIL, " Daria@Sumy.GOV.UA ", "UA", "daria@sumy.gov.ua"),
        (MESSENGER, "https://t.me/Daria_S", "UA", "@daria_s"),
        (MESSENGER, "t.me/Daria_S/", "UA", "@daria_s"),
        (MESSENGER, "@Daria_S", "UA", "@daria_s"),
        (MESSENGER, "067 123 45 67", "UA", "+380671234567"),
        (MESSENGER, "https://wa.me/380671234567", "UA", "https://wa.me/380671234567"),
        (WEBSITE, "Sumy.UA/Людина/", "UA", "https://sumy.ua/Людина"),
        (WEBSITE, "http://example.org", "UA", "http://example.org"),
    ],
)
def test_a_contact_has_one_form_however_it_was_typed(kind: ContactKind, typed: str, region: str, kept: str) -> None:
    assert normalised(kind, typed, region) == kept
    assert normalised(kind, kept, "UA") == kept


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (PHONE, "12", "phone_invalid"),
        (PHONE, "+380 44 000", "phone_invalid"),
        (PHONE, "немає", "phone_invalid"),
        (PHONE, "044 279 15 47 ext. 5", "phone_extension"),
        (EMAIL, "daria.sumy.ua", "email_invalid"),
        (MESSENGER, "!!", "messenger_invalid"),
        (MESSENGER, "+380 44 000 00", "phone_invalid"),
        (WEBSITE, "ftp://example.org", "website_invalid"),
        (WEBSITE, "просто текст", "website_invalid"),
        (WEBSITE, "http://[::1", "website_invalid"),
        (WEBSITE, "javascript:alert(1)", "website_invalid"),
    ],
)
def test_what_reaches_nobody_is_refused(kind: ContactKind, typed: str, code: str) -> None:
    with pytest.raises(BadContactError) as refusal:
        normalised(kind, typed, "UA")

    assert refusal.value.code == code
