"""What was promised to Zamość and what the law asks for: done, put off, given up."""

from typing import Final

from tests.openapi.recording import Teller, own_id

LIST, REPORT, MONTHLY = (own_id(number) for number in (53, 54, 55))
PARTNERSHIP: Final = own_id(3)
CALL: Final = own_id(52)
AT: Final = {"id": LIST}


async def tell_tasks(story: Teller) -> None:
    """After the call in which it was promised."""
    about = {"subject": "partnerships", "subject_id": PARTNERSHIP}
    promise = {
        "id": LIST,
        "kind": "promise",
        "title": "Надіслати список дітей",
        "activity_id": CALL,
        "due_on": "2026-12-10",
        "items": [{"title": "Зібрати згоди батьків"}, {"title": "Перекласти польською"}],
    }
    made = await story("create_task", promise | about)
    report = {
        "id": REPORT,
        "kind": "obligation",
        "obligation": "trip_report",
        "title": "Звіт про поїздку до Замостя",
        "counts_from": "2026-11-20",
    }
    await story("create_task", report | about)
    points = [item | {"is_done": True} for item in _given(made)]
    seen = await story("edit_task", {"items": points}, at=AT, version=made["version"])
    seen = await story("finish_task", {"note": "Надіслано електронною поштою"}, at=AT, version=seen["version"])
    again = {"reason": "Партнери просять ще й номери паспортів"}
    seen = await story("reopen_task", again, at=AT, version=seen["version"])
    await story("list_tasks", params={"kind": "promise", "status": "open", "limit": 2})
    await story("get_task", at=AT)
    await story("batch_get_tasks", {"ids": [LIST, REPORT]})
    seen = await story("cancel_task", {"reason": "Поїздку відкладено"}, at=AT, version=seen["version"])
    seen = await story("archive_task", {"reason": "Внесено двічі"}, at=AT, version=seen["version"])
    await story("restore_task", {"reason": "Це було інше завдання"}, at=AT, version=seen["version"])
    await story("list_task_history", at=AT, params={"limit": 2})


def _given(task: dict[str, object]) -> list[dict[str, object]]:
    """The points as they are sent back."""
    items: list[dict[str, object]] = task["items"]  # type: ignore[assignment]  # the answer is JSON
    return [{"id": item["id"], "title": item["title"]} for item in items]
