from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from app.core.wording import SENTENCES, words
from app.errors import say
from app.rules import agreements
from app.rules.agreements import Facts, Needs, objections
from app.vocabulary import (
    AgreementKind,
    AgreementRelation,
    AgreementStatus,
    MinistryDecision,
    OrganizationKind,
)

S = AgreementStatus
ID = UUID(int=7)
PLACE = f"/v1/agreements/{ID}"
TODAY = date(2026, 11, 22)
DRAFT = Facts(
    id=ID,
    kind=AgreementKind.PARTNERSHIP_AGREEMENT,
    status=S.DRAFT,
    is_itc=True,
    has_itc_kind=True,
    requires_council_act=True,
    requires_ministry_approval=True,
    ukrainian_parties=1,
    parties=2,
    today=TODAY,
)
ENDORSED = replace(DRAFT, act_on=date(2026, 2, 20))
SUBMITTED = replace(ENDORSED, status=S.UNDER_REVIEW, submitted_on=date(2026, 3, 2))
APPROVED = replace(SUBMITTED, status=S.APPROVED, decision=MinistryDecision.APPROVED, decision_on=date(2026, 3, 25))
SIGNED = replace(APPROVED, status=S.SIGNED, signed_on=date(2026, 4, 10))


def codes(facts: Facts, verb: str, on: date = TODAY) -> list[str]:
    return [sentence.code for sentence in objections(facts, verb, on)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (DRAFT, ["council_act_missing", "ministry_approval_missing"]),
        (ENDORSED, ["ministry_approval_missing"]),
        (SUBMITTED, ["ministry_approval_missing"]),
        (replace(APPROVED, act_on=None), ["council_act_missing"]),
        (APPROVED, []),
        (replace(APPROVED, parties_without_signatory=1), ["signatories_missing"]),
        (replace(APPROVED, parties=1), ["parties_missing"]),
        (replace(APPROVED, ukrainian_parties=0), ["parties_missing"]),
        (replace(DRAFT, requires_council_act=False, requires_ministry_approval=False), []),
        (replace(APPROVED, predecessor=S.DRAFT), ["predecessor_not_signed"]),
        (replace(APPROVED, predecessor=S.EXPIRED, relation=AgreementRelation.RENEWS), []),
        (replace(APPROVED, predecessor=S.EXPIRED, relation=AgreementRelation.AMENDS), ["predecessor_not_live"]),
        (
            replace(APPROVED, barred=(say("party_of_aggressor", country_uk="РФ", country_en="Russia"),)),
            ["party_of_aggressor"],
        ),
        (SIGNED, ["agreement_state"]),
    ],
)
def test_the_signature_names_everything_that_is_missing(facts: Facts, expected: list[str]) -> None:
    assert codes(facts, "sign") == expected


def test_every_missing_step_says_who_provides_it_and_where() -> None:
    facts = replace(DRAFT, parties_without_signatory=1)

    assert [(lack.code, lack.provider.value, lack.where) for lack in agreements.missing_for_signature(facts)] == [
        ("signatories_missing", "parties", PLACE),
        ("council_act_missing", "council", f"{PLACE}/council-act"),
        ("ministry_approval_missing", "ministry", f"{PLACE}/ministry-decision"),
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 19), ["before_council_act", "before_ministry_approval"]),
        (date(2026, 3, 24), ["before_ministry_approval"]),
        (date(2026, 3, 25), []),
        (date(2026, 11, 22), []),
        (date(2026, 11, 23), ["not_in_future"]),
    ],
)
def test_the_signature_comes_after_both_approvals_and_not_tomorrow(on: date, expected: list[str]) -> None:
    assert codes(APPROVED, "sign", on) == expected


@pytest.mark.parametrize(
    ("facts", "verb", "expected"),
    [
        (ENDORSED, "submit", []),
        (SUBMITTED, "submit", ["agreement_state"]),
        (replace(DRAFT, requires_ministry_approval=False), "submit", ["approval_not_required"]),
        (DRAFT, "decide", ["agreement_state"]),
        (SUBMITTED, "decide", []),
        (replace(SUBMITTED, decision=MinistryDecision.APPROVED), "decide", ["already_decided"]),
        (SIGNED, "register", []),
        (replace(SIGNED, status=S.IN_FORCE), "register", []),
        (replace(SIGNED, is_registered=True), "register", ["already_registered"]),
        (replace(SIGNED, is_itc=False), "register", ["registration_not_needed"]),
        (replace(SIGNED, status=S.IN_FORCE), "enter_into_force", ["agreement_state"]),
        (SIGNED, "enter_into_force", []),
        (SIGNED, "terminate", []),
        (APPROVED, "terminate", ["signature_missing"]),
        (DRAFT, "register", ["signature_missing"]),
        (replace(SIGNED, status=S.EXPIRED), "terminate", ["agreement_state"]),
        (APPROVED, "withdraw", []),
        (SIGNED, "withdraw", ["agreement_state"]),
        (replace(DRAFT, status=S.REFUSED), "revise", []),
        (replace(DRAFT, status=S.WITHDRAWN), "revise", ["agreement_state"]),
        (replace(SIGNED, expires_on=TODAY), "expire", ["not_yet_expired"]),
        (replace(SIGNED, expires_on=date(2026, 11, 21)), "expire", []),
        (SIGNED, "expire", ["not_yet_expired"]),
    ],
)
def test_each_step_has_its_states(facts: Facts, verb: str, expected: list[str]) -> None:
    assert codes(facts, verb) == expected


@pytest.mark.parametrize("verb", ["register", "enter_into_force", "terminate"])
def test_nothing_follows_the_signature_before_its_day(verb: str) -> None:
    assert codes(SIGNED, verb, date(2026, 4, 9)) == ["before_signature"]


def test_the_ministry_does_not_decide_before_the_submission() -> None:
    assert objections(SUBMITTED, "decide", date(2026, 3, 1)) == [say("before_submission", on=date(2026, 3, 2))]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (DRAFT, S.DRAFT),
        (ENDORSED, S.DRAFT),
        (SUBMITTED, S.UNDER_REVIEW),
        (APPROVED, S.APPROVED),
        (replace(APPROVED, act_on=None), S.UNDER_REVIEW),
        (replace(SUBMITTED, decision=MinistryDecision.REMARKS), S.DRAFT),
        (replace(ENDORSED, requires_ministry_approval=False), S.APPROVED),
        (replace(DRAFT, requires_council_act=False, requires_ministry_approval=False), S.DRAFT),
    ],
)
def test_approvals_come_in_any_order(facts: Facts, expected: AgreementStatus) -> None:
    assert agreements.status_with_approvals(facts) is expected


HROMADA, MUNICIPALITY, NGO = OrganizationKind.HROMADA, OrganizationKind.FOREIGN_MUNICIPALITY, OrganizationKind.NGO


@pytest.mark.parametrize(
    ("kinds", "has_foreign", "expected"),
    [
        ([HROMADA, MUNICIPALITY], True, True),
        ([HROMADA, MUNICIPALITY, NGO], True, False),
        ([HROMADA, NGO], True, False),
        ([HROMADA, HROMADA], False, False),
    ],
)
def test_only_authorities_of_territories_cooperate_under_the_law(
    kinds: list[OrganizationKind], has_foreign: bool, expected: bool
) -> None:
    assert agreements.is_itc(kinds, has_foreign=has_foreign) is expected


@pytest.mark.parametrize(
    ("kind", "before", "is_itc", "expected"),
    [
        (AgreementKind.MEMORANDUM, None, True, Needs(council_act=True, ministry_approval=True)),
        (AgreementKind.MEMORANDUM, None, False, Needs(council_act=False, ministry_approval=False)),
        (AgreementKind.LETTER_OF_INTENT, None, True, Needs(council_act=False, ministry_approval=False)),
        (AgreementKind.TWINNING_OATH, None, True, Needs(council_act=True, ministry_approval=False)),
        (
            AgreementKind.ADDENDUM,
            Needs(council_act=True, ministry_approval=False),
            True,
            Needs(council_act=True, ministry_approval=False),
        ),
        (
            AgreementKind.MEMORANDUM,
            Needs(council_act=False, ministry_approval=False),
            True,
            Needs(council_act=True, ministry_approval=True),
        ),
    ],
)
def test_the_kind_and_the_parties_decide_what_is_needed(
    kind: AgreementKind, before: Needs | None, is_itc: bool, expected: Needs
) -> None:
    assert agreements.needs_of(kind, before, is_itc=is_itc) == expected


@pytest.mark.parametrize(
    ("facts", "changed", "expected"),
    [
        (DRAFT, {"title_uk"}, []),
        (ENDORSED, {"title_uk"}, ["approved_text_is_fixed"]),
        (SUBMITTED, {"parties"}, ["approved_text_is_fixed"]),
        (APPROVED, {"publication_url", "sphere"}, []),
        (APPROVED, set(), []),
        (SIGNED, {"publication_url"}, ["signed_text_is_fixed"]),
        (replace(DRAFT, status=S.WITHDRAWN), {"title_uk"}, ["agreement_state"]),
        (replace(SUBMITTED, status=S.DRAFT, act_on=None, decision=MinistryDecision.REMARKS), {"title_uk"}, []),
    ],
)
def test_what_was_approved_keeps_its_text(facts: Facts, changed: set[str], expected: list[str]) -> None:
    assert [found.code for found in agreements.edit_objections(facts, frozenset(changed))] == expected


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 3, 2), date(2026, 4, 1)), (date(2024, 6, 24), None)])
def test_the_ministry_has_thirty_days_since_the_law(on: date, expected: date | None) -> None:
    assert agreements.review_due(on) == expected


@pytest.mark.parametrize(
    ("expires_on", "months", "expected"),
    [
        (date(2026, 11, 21), 12, date(2027, 11, 21)),
        (date(2020, 1, 31), 1, date(2026, 11, 30)),
        (date(2021, 12, 31), 60, date(2026, 12, 31)),
    ],
)
def test_an_automatic_prolongation_goes_on_until_it_reaches_today(
    expires_on: date, months: int, expected: date
) -> None:
    assert agreements.prolonged(expires_on, months, TODAY) == expected


def test_every_objection_is_a_sentence_in_both_languages() -> None:
    facts = {"on": TODAY, "status": S.DRAFT, "country_uk": "РФ", "country_en": "Russia"}
    said = [words(say(code, **facts), language) for code in agreements.SENTENCES for language in ("uk", "en")]

    assert agreements.SENTENCES.keys() <= SENTENCES.keys()
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in said)
