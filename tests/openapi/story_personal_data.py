"""Somebody asks what is held about them, and then to be forgotten."""

from typing import Final

from tests.openapi.recording import Teller, own_id

IRYNA: Final = own_id(40)
CONSENT: Final = own_id(41)
HROMADA: Final = own_id(1)


async def tell_personal_data(story: Teller) -> None:
    at = {"id": IRYNA}
    person = {
        "id": IRYNA,
        "family_name_uk": "Бондар",
        "given_name_uk": "Ірина",
        "contacts": [{"kind": "phone", "value": "+380542700561"}],
        "affiliations": [{"organization_id": HROMADA, "position_uk": "Спеціалістка", "started_on": "2026-02-02"}],
    }
    await story("create_person", person)
    photo = {"id": CONSENT, "purpose": "photo", "text_version": "2026-03", "source": "paper", "given_on": "2026-03-02"}
    await story("give_consent", photo, at=at)
    await story("list_consents", at=at)
    over = {"on": "2026-11-20", "reason": "Лист особи"}
    await story("withdraw_consent", over, at=at | {"consent_id": CONSENT})
    await story("export_personal_data", {"purpose": "Запит особи, вх. № 78 від 20.11.2026"}, at=at)
    why = {"ground": "consent_withdrawn", "reason": "Заява, вх. № 79 від 21.11.2026"}
    await story("erase_person", why, at=at)
    await story("erase_person", why, at=at, params={"dry_run": "true"})
