"""A delegate's passport and diet: kept for the journey, looked up for the visa, gone afterwards."""

from typing import Any, Final

from tests.openapi.recording import Teller, own_id

DELEGATE: Final = own_id(71)
PASSPORT: Final = {
    "kind": "foreign_passport",
    "country": "UA",
    "number": "FA 123456",
    "issued_on": "2024-03-05",
    "expires_on": "2034-03-05",
    "issuer": "5901",
}
FOR_THE_VISA: Final = "Візова анкета для поїздки до Замостя"
IT_IS_OVER: Final = {"reason": "Поїздка завершилася, дані більше не потрібні"}


async def tell_identity(story: Teller) -> None:
    who = {"id": DELEGATE, "family_name_uk": "Бондар", "given_name_uk": "Катерина"}
    made = await story.client.made("/v1/people", who)
    at = {"id": made["id"]}
    about = await story("add_document", PASSPORT, at=at)
    document = {"document_id": about["documents"][0]["id"]}
    about = await story("edit_document", {"issuer": None}, at=at | document, version=about["version"])
    diet = {"value": "Вегетаріанське, без арахісу"}
    about = await story("keep_particular", diet, at=at | {"kind": "dietary_needs"}, version=about["version"])
    await story("get_identity", at=at)
    await story("reveal_identity", document | {"purpose": FOR_THE_VISA}, at=at)
    await story("find_by_document", {"number": "FA123456", "purpose": FOR_THE_VISA})
    await _it_is_over(story, at, document, about["version"])


async def _it_is_over(story: Teller, at: dict[str, str], document: dict[str, Any], version: int) -> None:
    about = await story("remove_document", IT_IS_OVER, at=at | document, version=version)
    await story("remove_particular", IT_IS_OVER, at=at | {"kind": "dietary_needs"}, version=about["version"])
