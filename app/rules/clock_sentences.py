"""What is said about times of the day, zones and days that people write."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "wall_time_form": (
        "Тут має бути місцевий час, як 2026-12-01T10:00.",
        "This must be a local time such as 2026-12-01T10:00.",
    ),
    "wall_time_offset": (
        "Тут пишуть час за місцевим годинником, без Z і зсуву; пояс вказують у полі zone.",
        "Write the time on the local clock here, without Z or an offset; the field zone names the time zone.",
    ),
    "clock_time_form": ("Тут має бути година, як 17:00.", "This must be a time of day such as 17:00."),
    "unknown_zone": (
        "Такого часового поясу немає: {value}. Приклад: Europe/Kyiv.",
        "There is no such time zone: {value}. An example: Europe/Kyiv.",
    ),
    "clock_jumps": (
        "Такого часу того дня немає: {at} у поясі {zone} годинник переводять уперед. Найближчий час: {instead}.",
        "There is no such time on that day: at {at} the clock in {zone} goes forward. The nearest time is {instead}.",
    ),
}
