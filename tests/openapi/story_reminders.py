"""Olena is reminded of what nears its end, tunes a rule, and notes something for herself."""

from typing import Final

from tests.openapi.recording import Teller, own_id
from tests.support import reminders

RULE: Final = own_id(57)
AT: Final = {"id": RULE}
PARTNERSHIP: Final = own_id(3)

STUCK: Final = """
UPDATE planned_reminders SET state = 'dead', told_at = NULL, last_error = 'SMTP 421'
WHERE id = (SELECT id FROM planned_reminders ORDER BY id LIMIT 1) RETURNING id
"""


async def tell_reminders(story: Teller) -> None:
    """After the meetings and tasks, some of which fall due."""
    await reminders.told(story.world)
    await story("list_reminders", params={"state": "told", "limit": 1})
    await _in_the_app(story)
    await _my_own(story)
    await _the_rules(story)
    await story("get_reminder_health")
    await _what_got_stuck(story)


async def _what_got_stuck(story: Teller) -> None:
    """A mail server refused it for days; it is sent again by hand."""
    async with story.world.work() as uow:
        id = await uow.transaction.raw.fetchval(STUCK)
    await story("list_dead_reminders", params={"limit": 1})
    await story("replay_reminder", at={"id": str(id)})


async def _as_they_come(story: Teller) -> None:
    """A stream of no minutes: it tells what there is, and ends."""
    settings = story.world.app.state.runtime.settings
    before = settings.feed
    settings.feed = before.model_copy(update={"stream_minutes": 0})
    await story("stream_notifications")
    settings.feed = before


async def _in_the_app(story: Teller) -> None:
    await story("get_notification_settings")
    await story("edit_notification_settings", {"zone": "Europe/Kyiv", "quiet_from": "21:00", "quiet_to": "07:30"})
    await story("list_notification_preferences")
    await story("edit_notification_preference", {"mail": "at_once"}, at={"topic": "agreement"})
    await story("edit_notification_preference", {"mail": "never"}, at={"topic": "legal_deadline"}, status=422)
    found = await story("list_notifications", params={"limit": 1})
    await _as_they_come(story)
    one = {"id": found["items"][0]["id"]}
    await story("read_notification", at=one)
    await story("unread_notification", at=one)
    await story("snooze_notification", {"until": "2026-12-01T07:00:00Z"}, at=one)
    await story("finish_notification", at=one)
    await story("read_all_notifications", {})
    await story("get_reminder", at={"id": found["items"][0]["reminder_id"]})
    await story("finish_reminder", at={"id": found["items"][0]["reminder_id"]})
    await story("replay_reminder", at={"id": found["items"][0]["reminder_id"]}, status=409)


async def _my_own(story: Teller) -> None:
    about = {"subject": "partnerships", "subject_id": PARTNERSHIP}
    mine = {"text": "Привітати Замостя з Днем міста", "starts_local": "2026-12-07T09:30", "zone": "Europe/Warsaw"}
    made = await story("create_personal_reminder", mine | about | {"recurrence": "FREQ=YEARLY"})
    at = {"id": made["id"]}
    await story("list_personal_reminders", params={"limit": 1})
    await story("get_personal_reminder", at=at)
    seen = await story("edit_personal_reminder", {"starts_local": "2026-12-07T08:00"}, at=at, version=made["version"])
    await story("end_personal_reminder", at=at, version=seen["version"])


async def _the_rules(story: Teller) -> None:
    rule = {
        "id": RULE,
        "code": "polish_agreements",
        "name_uk": "Угоди з польськими партнерами",
        "name_en": "Agreements with Polish partners",
        "text_uk": "Строк дії «{title}» закінчується {on}.",
        "text_en": "“{title}” ends on {on}.",
        "topic": "agreement",
        "thing": "agreement_expiry",
        "filters": {"country": ["PL"]},
        "offsets": [-180, -60],
        "audience": ["coordinator"],
    }
    made = await story("create_reminder_rule", rule)
    trial = {name: value for name, value in rule.items() if name not in {"id", "code"}}
    await story("try_out_reminder_rule", trial)
    await story("try_out_saved_reminder_rule", at=AT)
    await story("list_reminder_rules", params={"limit": 2})
    await story("get_reminder_rule", at=AT)
    seen = await story("edit_reminder_rule", {"offsets": [-90]}, at=AT, version=made["version"])
    seen = await story("archive_reminder_rule", {"reason": "Досить спільного правила"}, at=AT, version=seen["version"])
    await story(
        "restore_reminder_rule", {"reason": "Польським угодам треба більше часу"}, at=AT, version=seen["version"]
    )
    await story("list_reminder_rule_history", at=AT, params={"limit": 2})
