"""What the rules of agreements say to a person."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "agreement_state": (
        "Документ у стані «{status}»: ця дія зараз неможлива.",
        "The document is “{status}”: this cannot be done now.",
    ),
    "council_act_missing": (
        "Немає рішення ради або розпорядження військової адміністрації про схвалення.",
        "The council's decision or the military administration's order is missing.",
    ),
    "ministry_approval_missing": (
        "Немає погодження Мінрозвитку.",
        "The approval of the Ministry for Development of Communities and Territories is missing.",
    ),
    "parties_missing": (
        "Документ має щонайменше дві сторони, з них одна українська.",
        "A document has at least two parties, one of them Ukrainian.",
    ),
    "signatories_missing": (
        "Вкажіть, хто підписує за кожну сторону.",
        "Say who signs for each party.",
    ),
    "signature_missing": ("Документ ще не підписано.", "The document has not been signed yet."),
    "approval_not_required": (
        "Цей документ не потребує погодження Мінрозвитку.",
        "This document does not need the ministry's approval.",
    ),
    "before_council_act": (
        "Дата підписання не може бути раніше за схвалення ({on}).",
        "The signature cannot be dated before the council's act ({on}).",
    ),
    "before_ministry_approval": (
        "Дата підписання не може бути раніше за погодження ({on}).",
        "The signature cannot be dated before the ministry's approval ({on}).",
    ),
    "before_submission": (
        "Рішення не може бути раніше за подання ({on}).",
        "The decision cannot be dated before the submission ({on}).",
    ),
    "before_signature": (
        "Дата не може бути раніше за підписання ({on}).",
        "The date cannot be before the signature ({on}).",
    ),
    "term_has_passed": (
        "Строк дії закінчився {on}: змініть його перед підписанням.",
        "The term ended on {on}: change it before the signature.",
    ),
    "itc_kind_missing": (
        "Вкажіть вид співробітництва: його вимагає реєстр.",
        "Name the kind of cooperation: the register asks for it.",
    ),
    "already_registered": ("Документ уже зареєстровано.", "The document is registered already."),
    "registration_not_needed": (
        "Реєструють лише угоди про міжнародне територіальне співробітництво.",
        "Only agreements on international territorial cooperation are registered.",
    ),
    "not_yet_expired": ("Строк дії ще не минув.", "The term has not ended yet."),
    "signed_text_is_fixed": (
        "Підписаний документ не змінюють: укладіть додаткову угоду.",
        "A signed document is not edited: make an addendum.",
    ),
    "approved_text_is_fixed": (
        "Текст уже подано або схвалено: щоб змінити його, спершу поверніть документ у чернетки (revision).",
        "The text is submitted or approved already: to change it, return the document to draft first (revision).",
    ),
    "already_decided": (
        "Погодження Мінрозвитку вже внесено: для нового розгляду поверніть документ у чернетки.",
        "The ministry's approval is recorded already: return the document to draft for a new review.",
    ),
    "predecessor_not_signed": (
        "Попередній документ ще не підписано.",
        "The document before this one has not been signed yet.",
    ),
    "predecessor_not_live": (
        "Змінюють лише чинний документ: попередній має стан «{status}».",
        "Only a document that still holds can be amended: the one before is “{status}”.",
    ),
    "already_verified": ("Документ уже підтверджено.", "The document is verified already."),
    "addendum_needs_predecessor": (
        "Вкажіть документ, до якого укладають додаткову угоду.",
        "Name the document that the addendum belongs to.",
    ),
    "predecessor_elsewhere": (
        "Попередній документ належить іншому партнерству.",
        "The document before this one belongs to another partnership.",
    ),
    "chain_loops": (
        "Документ не може йти після самого себе.",
        "A document cannot follow itself.",
    ),
    "binding_among_languages": (
        "Автентичні мови мають бути серед мов документа.",
        "The binding languages must be among the languages of the document.",
    ),
    "fixed_term_needs_end": ("Строковий документ має дату закінчення.", "A fixed-term document has its last day."),
    "open_ended_has_no_end": (
        "Безстроковий документ не має дати закінчення і не продовжується.",
        "An open-ended document has neither a last day nor a prolongation.",
    ),
    "prolongation_needs_months": (
        "Для автоматичного продовження вкажіть, на скільки місяців.",
        "An automatic prolongation needs its number of months.",
    ),
    "months_need_prolongation": (
        "Кількість місяців вказують лише разом із продовженням.",
        "A number of months goes only with a prolongation.",
    ),
    "financing_undeclared": (
        "Сума фінансування можлива, лише коли документ його передбачає.",
        "An amount is possible only when the document has financing.",
    ),
    "remarks_needed": ("Вкажіть зауваження.", "Say what the remarks are."),
    "override_needs_reason": (
        "Вкажіть, чому вимога до документа інша, ніж для його виду.",
        "Say why the document needs something else than its kind does.",
    ),
    "party_of_partnership": (
        "Стороною документа може бути лише учасник партнерства.",
        "Only a party of the partnership can be a party to its document.",
    ),
}
