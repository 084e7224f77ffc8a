from datetime import date

import pytest

from app.rules import register
from app.rules.register import Subject, Term
from app.schemas.agreement_reading import RegisterRow
from app.vocabulary import AgreementStatus, ProlongationRule, TermType

SUMY = Subject("UA", "Сумська", body="Сумська міська рада", oblast="Сумська", raion="Сумський", is_hromada=True)
KYIV = Subject("UA", "Київ", oblast="Київ", is_special_city=True)
ZAMOSC = Subject("PL", "Гміна Замость", region="Люблінське воєводство")
LUBLIN = Subject("PL", "Люблін", body="Рада міста Любліна")
SIGNED = AgreementStatus.SIGNED


def test_the_twelve_columns_stand_in_the_order_of_the_register() -> None:
    assert list(register.COLUMNS) == list(RegisterRow.model_fields)
    assert len(register.COLUMNS) == 12


def test_both_sides_are_named_as_the_register_names_them() -> None:
    assert register.sides([SUMY, ZAMOSC]) == {
        "ukrainian_region": "Сумська область",
        "ukrainian_subject": "Сумська міська рада (Сумська територіальна громада), Сумський район, Сумська область",
        "foreign_state": "Республіка Польща",
        "foreign_unit": "Гміна Замость, Люблінське воєводство",
        "foreign_subject": "Гміна Замость",
    }


def test_several_of_a_side_share_a_cell_and_a_state_stands_once() -> None:
    assert register.sides([KYIV, ZAMOSC, SUMY, LUBLIN]) == {
        "ukrainian_region": "м. Київ; Сумська область",
        "ukrainian_subject": "Київ, м. Київ; "
        "Сумська міська рада (Сумська територіальна громада), Сумський район, Сумська область",
        "foreign_state": "Республіка Польща",
        "foreign_unit": "Гміна Замость, Люблінське воєводство; Люблін",
        "foreign_subject": "Гміна Замость; Рада міста Любліна",
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Term(SIGNED), None),
        (Term(SIGNED, TermType.OPEN_ENDED), "безстроково"),
        (Term(SIGNED, TermType.FIXED_TERM, date(2031, 4, 10)), "до 10.04.2031"),
        (
            Term(SIGNED, TermType.FIXED_TERM, date(2031, 4, 10), ProlongationRule.AUTOMATIC, 12),
            "до 10.04.2031, з автоматичним продовженням на 12 міс.",
        ),
        (
            Term(SIGNED, TermType.FIXED_TERM, date(2031, 4, 10), ProlongationRule.BY_CONSENT),
            "до 10.04.2031, з продовженням за згодою сторін",
        ),
        (
            Term(AgreementStatus.TERMINATED, TermType.OPEN_ENDED, terminated_on=date(2027, 2, 1)),
            "припинено 01.02.2027",
        ),
    ],
)
def test_the_term_is_said_in_words(facts: Term, expected: str | None) -> None:
    assert register.term(facts) == expected


@pytest.mark.parametrize(
    "cell", ["=1+1", "+380", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0", "＝1", "＋1", "－1", "＠1"]
)
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert register.safe(cell) == f"'{cell}"


def test_plain_text_stays_as_it_is() -> None:
    assert [register.safe(cell) for cell in ("", "Угода", "10.04.2026")] == ["", "Угода", "10.04.2026"]
