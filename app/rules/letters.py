"""Letters: their ways from draft to answer, and the few placeholders that their texts know."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import LetterDirection, LetterStatus

S = LetterStatus

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "letter_is": (
        "Лист у стані «{status}», тож так із ним уже не можна.",
        "The letter is “{status}”, so this can no longer be done with it.",
    ),
    "letter_is_fixed": (
        "Зареєстрований лист не змінюють, крім owner_id та pathway. Анулюйте його й напишіть новий.",
        "A registered letter is not changed, but for owner_id and pathway. Cancel it and write a new one.",
    ),
    "letter_outgoing_only": (
        "Так можна лише з вихідним листом.",
        "This is for outgoing letters only.",
    ),
    "letter_needs_text": (
        "Напишіть тему й текст або вкажіть шаблон (template_id).",
        "Write a subject and a text, or name a template (template_id).",
    ),
    "letter_needs_correspondent": (
        "Вкажіть, кому або від кого лист: організацію (correspondent_id) чи її назву (correspondent_name).",
        "Say to or from whom it is: an organization (correspondent_id) or its name (correspondent_name).",
    ),
    "letter_needs_received_on": (
        "Вхідний лист реєструють із днем надходження (received_on).",
        "An incoming letter is registered with the day it came (received_on).",
    ),
    "letter_in_the_future": ("Цей день ще не настав.", "This day has not come yet."),
    "letter_before": ("Цей день раніше за {on}.", "This day is before {on}."),
    "letter_placeholder": (
        "Такої підстановки немає: {found}. Можна вживати: {known}.",
        "There is no such placeholder: {found}. These can be used: {known}.",
    ),
    "letter_gap": (
        "Не заповнено: {found}. Додайте ці дані до листа або напишіть їх у тексті самі.",
        "Nothing is known for: {found}. Add it to the letter, or write it into the text yourself.",
    ),
    "letter_case_unknown": (
        "Не вдалося поставити у відмінок: {found}. Напишіть ці слова в тексті самі замість підстановки.",
        "It cannot be told how this is declined: {found}. Write the words themselves into the text.",
    ),
    "letter_answers_what_came": (
        "Наш лист може бути відповіддю лише на вхідний.",
        "A letter of ours can only answer one that came.",
    ),
    "letter_of_another_correspondent": (
        "Той лист був до іншого кореспондента або від нього. Перевірте correspondent_id чи приберіть answers_id.",
        "That letter was to or from another correspondent. Check correspondent_id, or register it without answers_id.",
    ),
    "campaign_has_letters": (
        "У кампанії вже є листи цієї організації, тож перенести її до іншої не можна.",
        "There are letters of this organization in the campaign, so it cannot go to another one.",
    ),
    "letter_not_waiting": (
        "Цей лист не чекає на відповідь.",
        "This letter is not waiting for an answer.",
    ),
    "letter_of_another": (
        "Відповідь стосується листа іншої організації.",
        "It answers a letter of another organization.",
    ),
    "template_of_another_language": (
        "Мова шаблону — {found}, а листа — {wanted}.",
        "The template is in {found}, the letter in {wanted}.",
    ),
    "template_missing_for": (
        "Для мови {language} кампанія не має шаблону.",
        "The campaign has no template in {language}.",
    ),
    "campaign_is": (
        "Кампанія в стані «{status}», тож так із нею вже не можна.",
        "The campaign is “{status}”, so this can no longer be done with it.",
    ),
    "campaign_has_drafts": (
        "У кампанії ще є ненадіслані листи: {count}. Надішліть або анулюйте їх.",
        "There are letters of the campaign that were not sent yet: {count}. Send or cancel them.",
    ),
    "campaign_nothing_to_send": ("Надсилати нічого: усі листи вже надіслано.", "There is nothing to send."),
    "already_in_campaign": (
        "Цій організації кампанія вже пише.",
        "The campaign writes to this organization already.",
    ),
}

ANSWER_DAYS: Final = 14
TORN: Final = re.compile(r"\{\{|\}\}")
HOLE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# What a text may ask for.
PLACEHOLDERS: Final = (
    "addressee.name",
    "addressee.name.dative",
    "addressee.name.genitive",
    "addressee.salutation",
    "addressee.position",
    "addressee.position.dative",
    "addressee.position.vocative",
    "correspondent.name",
    "organization.name",
    "partnership.title",
    "partnership.number",
    "campaign.title",
    "number",
    "date",
)
# Of which word each is a form.
NOMINATIVE: Final[Mapping[str, str]] = {
    "addressee.name.dative": "addressee.name",
    "addressee.name.genitive": "addressee.name",
    "addressee.salutation": "addressee.name",
    "addressee.position.dative": "addressee.position",
    "addressee.position.vocative": "addressee.position",
}
CHANGEABLE: Final = frozenset({S.DRAFT})
# What can be changed after the registration too: it is no part of what was written.
FOLLOWED: Final = frozenset({"owner_id", "pathway"})
# From where each step leads on.
FROM: Final[Mapping[str, frozenset[LetterStatus]]] = {
    "register": frozenset({S.DRAFT}),
    "send": frozenset({S.REGISTERED}),
    "outcome": frozenset({S.SENT, S.UNANSWERED, S.ANSWERED}),
    "close": frozenset({S.REGISTERED, S.ANSWERED, S.UNANSWERED}),
    "cancel": frozenset({S.DRAFT, S.REGISTERED}),
}
OUTGOING_ONLY: Final = frozenset({"register", "send", "outcome"})


@dataclass(frozen=True)
class Filled:
    text: str
    missing: tuple[str, ...]


def unknown(*texts: str | None) -> list[str]:
    """What stands in double braces and means nothing here; braces without a pair are such a thing too."""
    found = {name for text in texts if text for name in HOLE.findall(text)}
    torn = {brace for text in texts if text for brace in TORN.findall(HOLE.sub("", text))}
    return sorted(found - set(PLACEHOLDERS)) + sorted(torn)


def filled(text: str, facts: Mapping[str, str | None]) -> Filled:
    """What is filled in is never looked at again; a gap is named and not left."""
    missing = tuple(dict.fromkeys(name for name in HOLE.findall(text) if not facts.get(name)))
    return Filled(HOLE.sub(lambda match: facts.get(match[1]) or match[0], text), missing)


def placeholder_sentence(found: Sequence[str]) -> Sentence:
    return say("letter_placeholder", found=_braced(found), known=_braced(PLACEHOLDERS))


def gap_sentences(missing: Sequence[str], facts: Mapping[str, str | None]) -> list[Sentence]:
    """What nothing is known of, apart from what is known and cannot be bent: each has a way out of its own."""
    bent = [name for name in missing if facts.get(NOMINATIVE.get(name, ""))]
    absent = [name for name in missing if name not in bent]
    found = (("letter_gap", absent), ("letter_case_unknown", bent))
    return [say(code, found=_braced(names)) for code, names in found if names]


def _braced(names: Sequence[str]) -> str:
    return ", ".join(name if TORN.fullmatch(name) else f"{{{{{name}}}}}" for name in names)


def objections(step: str, direction: LetterDirection, status: LetterStatus) -> list[Sentence]:
    """Why this step is not open now; empty when it is."""
    if step in OUTGOING_ONLY and direction is not LetterDirection.OUTGOING:
        return [say("letter_outgoing_only")]
    return [] if status in FROM[step] else [say("letter_is", status=status)]


def answer_due(sent_on: date, days: int | None) -> date:
    return sent_on + timedelta(days=ANSWER_DAYS if days is None else days)
