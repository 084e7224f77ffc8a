"""The minutes of a meeting: uploaded, put on the partnership, replaced by a better copy, handed out by a link."""

from typing import Final

from tests.openapi.recording import Teller, own_id

MINUTES: Final = own_id(56)
PARTNERSHIP: Final = own_id(3)
AT: Final = {"id": MINUTES}
TEXT: Final = "Протокол зустрічі від 3 грудня 2026 року\n"


async def tell_documents(story: Teller) -> None:
    first = await _upload(story, TEXT)
    about = {"subject": "partnerships", "subject_id": PARTNERSHIP}
    minutes = {"id": MINUTES, "upload_id": first, "title": "Протокол зустрічі", "kind": "minutes", "language": "uk"}
    made = await story("create_document", minutes | about)
    second = await _upload(story, TEXT + "Виправлено дату.\n")
    body = {"upload_id": second, "note": "Виправлено дату"}
    seen = await story("create_document_version", body, at=AT, version=made["version"])
    seen = await story("change_document", {"title": "Протокол першої зустрічі"}, at=AT, version=seen["version"])
    await story("list_documents", params=about | {"limit": "2"})
    await story("get_document", at=AT)
    await story("batch_get_documents", {"ids": [MINUTES]})
    await story("get_document_content", at=AT, params={"version": 1})
    link = await story("create_document_link", {}, at=AT)
    await story("get_file_by_link", at={"token": link["url"].rpartition("/")[2]})
    await story("get_document_quota")
    seen = await story("archive_document", {"reason": "Долучено не до того запису"}, at=AT, version=seen["version"])
    await story("restore_document", {"reason": "Запис був той самий"}, at=AT, version=seen["version"])
    await story("list_document_history", at=AT, params={"limit": 2})


async def _upload(story: Teller, text: str) -> str:
    made = await story(
        "create_upload",
        params={"file_name": "Протокол.txt"},
        content=text.encode(),
        headers={"Content-Type": "application/octet-stream"},
    )
    return str(made["id"])
