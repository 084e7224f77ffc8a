"""What the fields of an export are called, section by section, for whoever asks what is held about them."""

from collections.abc import Mapping
from typing import Final

from app.vocabulary.personal import Holding

Labels = Mapping[str, tuple[str, str]]

_WHEN: Final = {"from": ("від", "from"), "to": ("до", "to")}
_CHANGE: Final = {
    "at": ("коли", "when"),
    "by": ("хто", "by whom"),
    "verb": ("дія", "operation"),
    "reason": ("причина", "reason"),
    "part": ("частина запису", "part of the record"),
    "before": ("було", "before"),
    "after": ("стало", "after"),
}

FIELDS: Final[Mapping[Holding, Labels]] = {
    Holding.RECORD: {
        "id": ("номер запису", "id of the record"),
        "family_name_uk": ("прізвище", "family name"),
        "given_name_uk": ("ім’я", "given name"),
        "patronymic_uk": ("по батькові", "patronymic"),
        "family_name_latin": ("прізвище латиницею", "family name in Latin letters"),
        "given_name_latin": ("ім’я латиницею", "given name in Latin letters"),
        "languages": ("мови та рівні", "languages and levels"),
        "note": ("примітка", "note"),
        "created_at": ("створено", "created"),
        "updated_at": ("змінено", "changed"),
        "archived_at": ("архівовано", "archived"),
    },
    Holding.CONTACTS: {
        "kind": ("вид", "kind"),
        "value": ("контакт", "contact"),
        "label": ("підпис", "label"),
        "is_primary": ("основний", "primary"),
    },
    Holding.AFFILIATIONS: {
        "organization": ("організація", "organization"),
        "country": ("країна", "country"),
        "position_uk": ("посада", "position"),
        "position_en": ("посада англійською", "position in English"),
        "is_coordinator": ("координатор", "coordinator"),
        **_WHEN,
    },
    Holding.MEETINGS: {
        "title": ("зустріч", "meeting"),
        "from": ("початок", "began"),
        "name": ("ім’я", "name"),
        "email": ("адреса", "address"),
        "answer": ("відповідь на запрошення", "answer to the invitation"),
        "was_there": ("чи була особа", "whether the person was there"),
    },
    Holding.CORRESPONDENCE: {
        "number": ("номер листа", "number of the letter"),
        "title": ("тема", "subject"),
        "name": ("кому", "to whom"),
        "position": ("посада", "position"),
        "sent_on": ("надіслано", "sent"),
    },
    Holding.CONSENTS: {
        "purpose": ("мета", "purpose"),
        "text_version": ("редакція тексту", "version of the text"),
        "language": ("мова тексту", "language of the text"),
        "source": ("як надано", "how it was given"),
        "given_on": ("надано", "given"),
        "given_by": ("хто надав за дитину", "who gave it for a minor"),
        "withdrawn_on": ("відкликано", "withdrawn"),
        "note": ("примітка", "note"),
    },
    Holding.IDENTITY_DOCUMENTS: {
        "kind": ("вид документа", "kind of document"),
        "country": ("країна", "country"),
        "number": ("номер", "number"),
        "issuer": ("ким видано", "issued by"),
        "issued_on": ("видано", "issued"),
        "expires_on": ("чинний до", "expires"),
    },
    Holding.PARTICULARS: {
        "kind": ("про що", "about what"),
        "value": ("відомості", "value"),
    },
    Holding.ACCOUNT: {
        "id": ("номер запису", "id of the account"),
        "email": ("електронна пошта", "e-mail"),
        "name": ("ім’я", "name"),
        "language": ("мова", "language"),
        "is_active": ("чинний", "active"),
        "created_at": ("створено", "created"),
        "updated_at": ("змінено", "changed"),
    },
    Holding.GRANTS: {
        "role": ("роль", "role"),
        "scope": ("обсяг", "scope"),
        "organization": ("організація", "organization"),
        "oblast_code": ("область", "oblast"),
        **_WHEN,
    },
    Holding.SESSIONS: {
        "started_at": ("початок", "began"),
        "used_at": ("останнє користування", "last used"),
        "ended_at": ("кінець", "ended"),
        "method": ("спосіб входу", "way of signing in"),
        "device": ("пристрій", "device"),
        "user_agent": ("програма", "program"),
        "address": ("мережева адреса", "network address"),
    },
    Holding.SIGN_IN_MEANS: {
        "kind": ("засіб", "means"),
        "name": ("назва", "name"),
        "created_at": ("додано", "added"),
        "used_at": ("останнє користування", "last used"),
    },
    Holding.LETTERS: {
        "kind": ("вид листа", "kind of letter"),
        "to": ("кому", "to"),
        "facts": ("про що", "about what"),
        "posted_at": ("створено", "written"),
        "sent_at": ("надіслано", "sent"),
    },
    Holding.REMINDERS: {
        "rule": ("правило", "rule"),
        "due": ("коли", "when"),
        "state": ("стан", "state"),
        "facts": ("про що", "about what"),
    },
    Holding.OWN_REMINDERS: {
        "text": ("про що", "about what"),
        "from": ("з", "from"),
        "zone": ("часовий пояс", "time zone"),
        "recurrence": ("повторення", "recurrence"),
        "ended_at": ("завершено", "ended"),
    },
    Holding.PARTNERSHIPS: {
        "number": ("номер", "number"),
        "title": ("назва", "title"),
        "status": ("стан", "state"),
        "started_on": ("початок", "began"),
        "ended_on": ("кінець", "ended"),
    },
    Holding.SIGNATURES: {
        "number": ("номер документа", "number of the document"),
        "title": ("назва", "title"),
        "name": ("ім’я в документі", "name in the document"),
        "position": ("посада в документі", "position in the document"),
        "signed_on": ("підписано", "signed"),
    },
    Holding.CHANGES: _CHANGE,
    Holding.ACCOUNT_CHANGES: _CHANGE,
    Holding.READINGS: {
        "at": ("коли", "when"),
        "by": ("хто", "by whom"),
        "verb": ("що саме", "what was done"),
        "purpose": ("мета", "purpose"),
        "facts": ("подробиці", "details"),
    },
    Holding.ACTIONS: {
        "verb": ("дія", "operation"),
        "count": ("скільки разів", "how many times"),
        "first_at": ("уперше", "first time"),
        "last_at": ("востаннє", "last time"),
    },
}
