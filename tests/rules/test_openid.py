from datetime import date
from uuid import UUID

import pytest

from app.rules.openid import Destination, Held, Place, challenge_of, changes, destination, groups, person, with_query
from app.vocabulary import Language, Role, ScopeKind

TODAY = date(2026, 11, 23)
ORIGIN, APP = "https://crm.example.org", "ua.auc.pobratym://signed-in"
ANALYST, COORDINATOR = (Place(role, ScopeKind.ASSOCIATION) for role in (Role.ANALYST, Role.COORDINATOR))
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        ([], [], ([], [])),
        ([], [ANALYST, ANALYST], ([ANALYST], [])),
        ([Held(FIRST, ANALYST, None)], [ANALYST], ([], [])),
        ([Held(FIRST, ANALYST, None)], [COORDINATOR], ([COORDINATOR], [FIRST])),
        ([Held(FIRST, ANALYST, None), Held(SECOND, ANALYST, None)], [ANALYST], ([], [SECOND])),
        ([Held(FIRST, ANALYST, TODAY)], [ANALYST], ([ANALYST], [])),
        ([Held(FIRST, ANALYST, TODAY)], [], ([], [])),
        ([Held(FIRST, ANALYST, date(2026, 11, 24))], [], ([], [FIRST])),
    ],
)
def test_what_came_from_the_provider_becomes_what_its_groups_say(
    held: list[Held], wanted: list[Place], expected: tuple[list[Place], list[UUID]]
) -> None:
    assert changes(held, wanted, TODAY) == expected


@pytest.mark.parametrize(
    ("claims", "name", "expected"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": ["a", 5, None, {"b": "c"}]}, "groups", {"a"}),
        ({"groups": {"a": True}}, "groups", set()),
        ({}, "groups", set()),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"realm_access": ["roles"]}, "realm_access.roles", set()),
        ({"https://example.org/groups": ["a"]}, "https://example.org/groups", {"a"}),
    ],
)
def test_groups_are_found_where_the_settings_say(claims: dict[str, object], name: str, expected: set[str]) -> None:
    assert groups(claims, name) == expected


@pytest.mark.parametrize(
    ("claims", "name", "language"),
    [
        ({"name": "Оксана Гнатюк", "locale": "uk-UA"}, "Оксана Гнатюк", Language.UK),
        ({"given_name": "Oksana", "family_name": "Hnatiuk", "locale": "en"}, "Oksana Hnatiuk", Language.EN),
        ({"email": "oksana@example.org", "locale": "pl"}, "oksana@example.org", Language.UK),
        ({"name": " \u202e\n"}, "—", Language.UK),
        ({}, "5f2a", Language.UK),
    ],
)
def test_a_person_has_some_name(claims: dict[str, str], name: str, language: Language) -> None:
    found = person({"iss": "https://a", "sub": "5f2a"} | claims, groups_claim="groups", trusted_email=False)

    assert (found.name, found.language, found.is_verified) == (name, language, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/", Destination("/")),
        ("/office?tab=2#top", Destination("/office?tab=2#top")),
        (ORIGIN, Destination(ORIGIN)),
        (f"{ORIGIN}/office?tab=2", Destination(f"{ORIGIN}/office?tab=2")),
        ("HTTPS://CRM.example.org/", Destination("HTTPS://CRM.example.org/")),
        (APP, Destination(APP, is_app=True)),
        ("", None),
        ("office", None),
        ("//evil.org", None),
        ("/\\evil.org", None),
        ("/office\\..", None),
        ("/ office", None),
        ("\t/office", None),
        (f"{ORIGIN}.evil.org/", None),
        (f"{ORIGIN}@evil.org/", None),
        (f"{ORIGIN}:444/", None),
        (f"{ORIGIN}\\@evil.org/", None),
        (f"https://evil.org/#{ORIGIN}", None),
        (f"{ORIGIN}/#code", None),
        ("http://crm.example.org/", None),
        ("https://сrm.example.org/", None),
        (f"{APP}/more", None),
    ],
)
def test_a_sign_in_leads_back_to_us_and_to_whom_we_know(text: str, expected: Destination | None) -> None:
    assert destination(text, origins=[ORIGIN], apps=[APP]) == expected


def test_what_is_added_to_an_address_leaves_the_rest_of_it_alone() -> None:
    assert with_query("/office?tab=2&empty=#top", error="a b") == "/office?tab=2&empty=&error=a+b#top"
    assert with_query(APP, code="x") == f"{APP}?code=x"


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
