"""What is said about files of the journal, asked for or archived."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "export_of_the_whole": (
        "Вивантажити журнал може той, хто має на нього право в усій Асоціації; свою частину читайте в переліку.",
        "Only whoever may read the whole journal can have it exported; read your part of it in the list.",
    ),
    "archive_not_sealed": (
        "Частину {part} не можна перенести: {count} її записів ще не запечатано.",
        "The part {part} cannot be moved: {count} of its entries are not sealed yet.",
    ),
    "archive_not_whole": (
        "Записаний файл не сходиться з журналом: у ньому {count} записів замість {expected}.",
        "The file that was written does not fit the journal: it holds {count} entries instead of {expected}.",
    ),
    "export_not_ready": (
        "Файл ще готується, або його вже немає: подивіться на стан запиту.",
        "The file is still being made, or is gone: look at the state of the request.",
    ),
}
