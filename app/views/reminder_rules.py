from datetime import datetime
from typing import Final

from sqlmodel import col

from app.core.listing import Listing, Sort, equals
from app.core.reading import View
from app.models import ReminderRule
from app.schemas.reminder_rules import ReminderRuleQuery, ReminderRuleRead

VIEW: Final = View(model=ReminderRule, read=ReminderRuleRead)

LISTING: Final = Listing(
    view=VIEW,
    query=ReminderRuleQuery,
    filters={
        "topic": equals(col(ReminderRule.topic)),
        "thing": equals(col(ReminderRule.thing)),
        "is_enabled": equals(col(ReminderRule.is_enabled)),
        "is_shipped": equals(col(ReminderRule.is_shipped)),
    },
    sorts={
        "code": Sort(col(ReminderRule.code), str),
        "updated_at": Sort(col(ReminderRule.updated_at), datetime),
    },
    default_sort="code",
)
