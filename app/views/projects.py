from datetime import datetime
from typing import Final

from sqlmodel import col

from app.core.listing import Listing, Sort, at_least, at_most, contains, equals, has_any, one_of, related
from app.core.reading import View
from app.models import Project, ProjectPartnership, ProjectParty
from app.schemas.projects import ProjectQuery, ProjectRead
from app.views.parties import linked, parties

PARTIES: Final = parties(
    ProjectParty,
    parent=col(ProjectParty.project_id),
    organization=col(ProjectParty.organization_id),
    position=col(ProjectParty.position),
)

VIEW: Final = View(
    model=Project,
    read=ProjectRead,
    fields=lambda page: {
        "partnership_ids": linked(col(ProjectPartnership.project_id), col(ProjectPartnership.partnership_id), page.id)
    },
    children={"parties": PARTIES},
)

LISTING: Final = Listing(
    view=VIEW,
    query=ProjectQuery,
    filters={
        "q": contains(col(Project.search)),
        "partnership_id": related(
            col(Project.id), col(ProjectPartnership.project_id), equals(col(ProjectPartnership.partnership_id))
        ),
        "organization_id": related(
            col(Project.id), col(ProjectParty.project_id), equals(col(ProjectParty.organization_id))
        ),
        "status": one_of(col(Project.status)),
        "kind": equals(col(Project.kind)),
        "direction": has_any(col(Project.directions)),
        "starts_from": at_least(col(Project.starts_on)),
        "starts_to": at_most(col(Project.starts_on)),
    },
    sorts={
        "updated_at": Sort(col(Project.updated_at), datetime),
        "number": Sort(col(Project.number), str),
    },
    default_sort="-updated_at",
)
