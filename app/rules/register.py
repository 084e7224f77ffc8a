"""The twelve columns of the ministry's register of agreements (Resolution 357 of 28 March 2025), in their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.vocabulary import AgreementStatus, ItcKind, ProlongationRule, TermType
from app.vocabulary.countries import official_name

COLUMNS: Final[Mapping[str, str]] = {
    "row_number": "№ з/п",
    "registration_number": "Реєстраційний номер",
    "title": "Назва угоди",
    "signed_on": "Дата підписання",
    "cooperation_kind": "Вид співробітництва",
    "sphere": "Сфера співробітництва",
    "ukrainian_region": "Регіон України",
    "ukrainian_subject": "Суб’єкт України (найменування та адреса)",
    "foreign_state": "Іноземна держава",
    "foreign_unit": "Територіальна одиниця іноземної держави",
    "foreign_subject": "Суб’єкт іноземної держави",
    "term": "Строк дії",
}

# What a spreadsheet takes for the beginning of a formula, with the full-width forms of the same signs.
FORMULA: Final = tuple("=+-@\t\r\n\0＝＋－＠")


@dataclass(frozen=True)
class Subject:
    """A party as the register names it."""

    country: str
    name: str
    body: str | None = None
    region: str | None = None
    oblast: str | None = None
    raion: str | None = None
    is_special_city: bool = False
    is_hromada: bool = False

    @property
    def full_name(self) -> str:
        """Hromadas are kept by their adjective alone («Сумська»)."""
        is_short = self.is_hromada and "громад" not in self.name.lower()
        return f"{self.name} територіальна громада" if is_short else self.name

    @property
    def oblast_name(self) -> str | None:
        if self.oblast is None:
            return None
        if self.is_special_city:
            return f"м. {self.oblast}"
        return self.oblast if " " in self.oblast else f"{self.oblast} область"


@dataclass(frozen=True)
class Term:
    status: AgreementStatus
    term_type: TermType | None = None
    expires_on: date | None = None
    prolongation: ProlongationRule | None = None
    prolongation_months: int | None = None
    terminated_on: date | None = None


def day(on: date) -> str:
    return f"{on:%d.%m.}{on.year:04}"


def term(facts: Term) -> str | None:
    """How long the document holds, in words; None when it does not say."""
    if facts.status is AgreementStatus.TERMINATED and facts.terminated_on:
        return f"припинено {day(facts.terminated_on)}"
    if facts.term_type is TermType.OPEN_ENDED:
        return "безстроково"
    if facts.expires_on is None:
        return None
    until = f"до {day(facts.expires_on)}"
    if facts.prolongation is ProlongationRule.AUTOMATIC:
        months = f" на {facts.prolongation_months} міс." if facts.prolongation_months else ""
        return f"{until}, з автоматичним продовженням{months}"
    return f"{until}, з продовженням за згодою сторін" if facts.prolongation is ProlongationRule.BY_CONSENT else until


def kind(itc_kind: ItcKind | None) -> str | None:
    return itc_kind.uk if itc_kind else None


def sides(subjects: Sequence[Subject]) -> dict[str, str | None]:
    """The columns about the parties; several of a side stand in one cell, the same thing only once."""
    ours = [subject for subject in subjects if subject.country == "UA"]
    theirs = [subject for subject in subjects if subject.country != "UA"]
    return {
        "ukrainian_region": _joined(subject.oblast_name for subject in ours),
        "ukrainian_subject": _joined(_with_address(subject) for subject in ours),
        "foreign_state": _joined(official_name(subject.country, "uk") for subject in theirs),
        "foreign_unit": _joined(_unit(subject) for subject in theirs),
        "foreign_subject": _joined(subject.body or subject.name for subject in theirs),
    }


def _with_address(subject: Subject) -> str:
    """The body that acts and the territory that it acts for; streets are not kept."""
    named = f"{subject.body} ({subject.full_name})" if subject.body else subject.full_name
    raion = f"{subject.raion} район" if subject.raion else None
    return ", ".join(part for part in (named, raion, subject.oblast_name) if part)


def _unit(subject: Subject) -> str:
    return f"{subject.name}, {subject.region}" if subject.region else subject.name


def _joined(values: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(value for value in values if value)) or None


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
