"""What can be wrong about a reminder of one's own."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "personal_when": (
        "Вкажіть час (starts_local) або день запису (thing з offset_days), а не обидва; повторення буває лише з часом.",
        "Give a time (starts_local) or a day of a record (thing with offset_days), not both; only a time can repeat.",
    ),
    "personal_in_the_past": (
        "Цей час уже минув. Оберіть пізніший.",
        "This time has passed. Choose a later one.",
    ),
    "subject_not_dated": (
        "Про такий запис не нагадують. Можна про: {known}.",
        "Nobody can be reminded of such a record. These can be: {known}.",
    ),
    "thing_of_subject": (
        "Такий день мають записи {wanted}.",
        "This is a day of {wanted}.",
    ),
    "too_many_personal": (
        "У вас уже {most} власних нагадувань. Завершіть ті, що не потрібні.",
        "You have {most} reminders of your own already. End those that you do not need.",
    ),
}
