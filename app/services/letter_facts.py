"""What a letter can say of itself: the names and titles that placeholders stand for, in the case that is asked for."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import col, select

from app.adapters.typesetting import Sheet
from app.core.uow import UnitOfWork
from app.core.wording import day
from app.models import Affiliation, Campaign, Letter, Organization, Partnership, Person
from app.rules import letters as rules
from app.rules import name_cases
from app.rules.name_cases import Case, Name
from app.vocabulary import Language

Facts = Mapping[str, str | None]


async def facts(uow: UnitOfWork, letter: Letter, number: str | None, on: date) -> Facts:
    """None for what is not known, or cannot be told in the case that is asked for."""
    own = await uow.session.get(Organization, letter.organization_id)
    other = await uow.session.get(Organization, letter.correspondent_id) if letter.correspondent_id else None
    between = await uow.session.get(Partnership, letter.partnership_id) if letter.partnership_id else None
    campaign = await uow.session.get(Campaign, letter.campaign_id) if letter.campaign_id else None
    name, position = await _addressee(uow, letter)
    return {
        **_person(name, letter.addressee_name, position, letter.language),
        "correspondent.name": _called(other, letter.language) or letter.correspondent_name,
        "organization.name": _called(own, letter.language),
        "partnership.title": _title(between, letter.language),
        "partnership.number": between.number if between else None,
        "campaign.title": campaign.title if campaign else None,
        "number": number,
        "date": day(on, letter.language),
    }


def _called(organization: Organization | None, language: Language) -> str | None:
    if organization is None:
        return None
    return (organization.name_uk if language is Language.UK else organization.name_en) or organization.name_en


def _title(between: Partnership | None, language: Language) -> str | None:
    if between is None:
        return None
    return between.title_uk if language is Language.UK else between.title_en


async def _addressee(uow: UnitOfWork, letter: Letter) -> tuple[Name | None, str | None]:
    """By the card of the person, as far as it exists for whoever writes; otherwise as it stands in the letter."""
    position = letter.addressee_position
    if letter.addressee_id is None:
        return (name_cases.parsed(letter.addressee_name) if letter.addressee_name else None), position
    person = await uow.get(Person, letter.addressee_id)
    if position is None:
        query = select(Affiliation).where(col(Affiliation.person_id) == person.id, col(Affiliation.ended_on).is_(None))
        posts = (await uow.session.scalars(query)).all()
        post = next((each for each in posts if each.organization_id == letter.correspondent_id), None)
        position = (post.position_uk if letter.language is Language.UK else post.position_en) if post else None
    if letter.language is Language.UK and person.given_name_uk:
        return Name(person.given_name_uk, person.family_name_uk, person.patronymic_uk), position
    if person.given_name_latin:
        return Name(person.given_name_latin, person.family_name_latin), position
    return None, position


def _person(name: Name | None, written: str | None, position: str | None, language: Language) -> Facts:
    """In English names stay as they are; in Ukrainian they are bent, or left to whoever writes."""
    full = written or (name.full if name else None)
    if language is not Language.UK:
        bent = dict.fromkeys(("dative", "genitive"), full)
        return {
            "addressee.name": full,
            "addressee.salutation": full,
            **{f"addressee.name.{case}": text for case, text in bent.items()},
            **{f"addressee.position{case}": position for case in ("", ".dative", ".vocative")},
        }
    return {
        "addressee.name": full,
        "addressee.name.dative": name_cases.in_case(name, Case.DATIVE) if name else None,
        "addressee.name.genitive": name_cases.in_case(name, Case.GENITIVE) if name else None,
        "addressee.salutation": name_cases.in_case(name.address, Case.VOCATIVE) if name else None,
        "addressee.position": position,
        "addressee.position.dative": name_cases.position_in_case(position, Case.DATIVE) if position else None,
        "addressee.position.vocative": name_cases.position_in_case(position, Case.VOCATIVE) if position else None,
    }


async def sheet(uow: UnitOfWork, letter: Letter, known: Facts) -> Sheet:
    """The registered letter as it goes to the typesetter."""
    own = await uow.session.get(Organization, letter.organization_id)
    answered = await uow.session.get(Letter, letter.answers_id) if letter.answers_id else None
    is_uk = letter.language is Language.UK
    on = letter.registered_on or uow.today
    return Sheet(
        language=letter.language,
        organization=known["organization.name"] or "",
        number=letter.number or "",
        day=on,
        date=day(on, letter.language),
        position=letter.signatory_position or "",
        signatory=letter.signatory_name or "",
        subject=letter.subject,
        body=tuple(part.strip() for part in (letter.body or "").split("\n") if part.strip()),
        addressee=tuple(
            part
            for part in (
                known["addressee.position.dative"] if is_uk else known["addressee.position"],
                known["addressee.name.dative"] or known["addressee.name"],
                known["correspondent.name"],
            )
            if part
        ),
        reply=_reply(letter, answered),
        letterhead=_letterhead(own, letter.language),
    )


def _letterhead(own: Organization | None, language: Language) -> tuple[str, ...]:
    if own is None:
        return ()
    called = "Код ЄДРПОУ" if language is Language.UK else "EDRPOU code"
    code = f"{called} {own.edrpou}" if own.edrpou else None
    return tuple(part for part in (own.website, code) if part)


def _reply(letter: Letter, answered: Letter | None) -> str:
    number = answered.their_number if answered else None
    if number is None or answered is None:
        return ""
    on = answered.their_date or answered.received_on
    said = day(on, letter.language) if on else ""
    return f"на № {number} від {said}" if letter.language is Language.UK else f"Your ref. {number} of {said}"


def gaps(letter: Letter, known: Facts) -> list[str]:
    found = [rules.filled(text, known).missing for text in (letter.subject, letter.body or "")]
    return list(dict.fromkeys(name for part in found for name in part))
