"""What a look at the sealed journal can find: the first thing that is wrong, in words for a person."""

from collections.abc import Mapping
from typing import Final

from app.errors import Sentence

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "journal_entry_edited": (
        "Запис {entry} (номер {position}) змінено після того, як його запечатано.",
        "Entry {entry} (position {position}) was edited after it was sealed.",
    ),
    "journal_entry_backdated": (
        "Запис {entry} (номер {position}) датовано заднім числом: тепер {at}, а запис перед ним зроблено {before}.",
        "Entry {entry} (position {position}) was back-dated: it says {at}, the entry before it was made {before}.",
    ),
    "journal_entry_deleted": (
        "Запис {entry} (номер {position}) вилучено з журналу.",
        "Entry {entry} (position {position}) was deleted from the journal.",
    ),
    "journal_entry_inserted": (
        "Запис {entry} вставлено заднім числом перед номером {position}: його ніколи не запечатано.",
        "Entry {entry} was inserted afterwards before position {position}: it was never sealed.",
    ),
    "journal_entry_reordered": (
        "На місці запису {expected} (номер {position}) стоїть запис {entry}: порядок змінено.",
        "In the place of entry {expected} (position {position}) stands entry {entry}: they were reordered.",
    ),
    "journal_leaf_missing": (
        "Печатку номер {position} вилучено.",
        "The seal of position {position} was deleted.",
    ),
    "journal_leaf_changed": (
        "Печатку запису {entry} (номер {position}) підмінено.",
        "The seal of entry {entry} (position {position}) was replaced.",
    ),
    "journal_leaf_forged": (
        "Запис {entry} (номер {position}) змінено разом із його печаткою.",
        "Entry {entry} (position {position}) was changed together with its seal.",
    ),
    "journal_node_differs": (
        "Вузол дерева над номерами {first}–{last} не той, що випливає із записів.",
        "The node over positions {first} to {last} is not the one that the entries lead to.",
    ),
    "journal_checkpoint_differs": (
        "Записи з номерами {first}–{last} не ті, які підписано в контрольній точці {size} ({at}).",
        "The entries of positions {first} to {last} are not those that checkpoint {size} ({at}) was signed for.",
    ),
    "journal_checkpoint_forged": (
        "Контрольну точку {size} підписано не нашим ключем або її змінено.",
        "Checkpoint {size} was not signed with our key, or was changed.",
    ),
    "checkpoints_swapped": (
        "Спершу назвіть меншу контрольну точку, а потім більшу.",
        "Name the smaller checkpoint first, then the larger one.",
    ),
    "journal_checkpoint_missing": (
        "Контрольної точки {size} немає.",
        "There is no checkpoint of size {size}.",
    ),
    "journal_published_forged": (
        "Файл {name} підписано не нашим ключем або його змінено.",
        "The file {name} was not signed with our key, or was changed.",
    ),
    "journal_published_differs": (
        "Журнал переписано серед номерів {first}–{last}: опублікована точка {size} ({at}) знала інші записи.",
        "The journal was rewritten among positions {first} to {last}: published checkpoint {size} ({at}) knew others.",
    ),
    "journal_cut_off": (
        "Журнал обірвано з номера {position}: опублікована контрольна точка ({at}) знає {published} записів.",
        "The journal was cut off at position {position}: the published checkpoint ({at}) knows of {published} entries.",
    ),
    "journal_archive_untold": (
        "Архів {part} є в переліку, але запечатаний журнал про нього не каже або каже інше.",
        "The archive {part} is listed, but the sealed journal does not tell of it, or tells otherwise.",
    ),
    "journal_archive_differs": (
        "У журналі бракує записів ({absent}): в архіві їх {archived}.",
        "The journal lacks {absent} entries; in the archive there are {archived}.",
    ),
}


class Wrong(Exception):  # noqa: N818 - a finding, not a fault of the program
    """The first thing that is wrong."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.code)
        self.sentence = sentence
