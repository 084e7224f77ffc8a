from datetime import datetime
from typing import Final

from sqlmodel import col

from app.core.listing import Listing, Sort, at_least, at_most, contains, equals, one_of
from app.core.reading import View
from app.models import Campaign, Letter, LetterTemplate
from app.schemas.campaigns import CampaignQuery, CampaignRead
from app.schemas.letters import LetterQuery, LetterRead, TemplateQuery, TemplateRead

VIEW: Final = View(model=Letter, read=LetterRead)
TEMPLATE_VIEW: Final = View(model=LetterTemplate, read=TemplateRead)
CAMPAIGN_VIEW: Final = View(model=Campaign, read=CampaignRead)

LISTING: Final = Listing(
    view=VIEW,
    query=LetterQuery,
    filters={
        "q": contains(col(Letter.search)),
        "organization_id": equals(col(Letter.organization_id)),
        "direction": equals(col(Letter.direction)),
        "status": one_of(col(Letter.status)),
        "partnership_id": equals(col(Letter.partnership_id)),
        "correspondent_id": equals(col(Letter.correspondent_id)),
        "campaign_id": equals(col(Letter.campaign_id)),
        "owner_id": equals(col(Letter.owner_id)),
        "outcome": one_of(col(Letter.outcome)),
        "pathway": equals(col(Letter.pathway)),
        "number": equals(col(Letter.number)),
        "registered_from": at_least(col(Letter.registered_on)),
        "registered_to": at_most(col(Letter.registered_on)),
        "sent_from": at_least(col(Letter.sent_on)),
        "sent_to": at_most(col(Letter.sent_on)),
        "received_from": at_least(col(Letter.received_on)),
        "received_to": at_most(col(Letter.received_on)),
        "answer_due_to": at_most(col(Letter.answer_due_on)),
    },
    sorts={
        "updated_at": Sort(col(Letter.updated_at), datetime),
        "number": Sort(col(Letter.register_place), int),
    },
    default_sort="-updated_at",
)
TEMPLATES: Final = Listing(
    view=TEMPLATE_VIEW,
    query=TemplateQuery,
    filters={
        "organization_id": equals(col(LetterTemplate.organization_id)),
        "code": equals(col(LetterTemplate.code)),
        "language": equals(col(LetterTemplate.language)),
    },
    sorts={"updated_at": Sort(col(LetterTemplate.updated_at), datetime)},
    default_sort="-updated_at",
)
CAMPAIGNS: Final = Listing(
    view=CAMPAIGN_VIEW,
    query=CampaignQuery,
    filters={
        "organization_id": equals(col(Campaign.organization_id)),
        "status": one_of(col(Campaign.status)),
        "pathway": equals(col(Campaign.pathway)),
        "owner_id": equals(col(Campaign.owner_id)),
    },
    sorts={
        "updated_at": Sort(col(Campaign.updated_at), datetime),
        "number": Sort(col(Campaign.number), str),
    },
    default_sort="-updated_at",
)
