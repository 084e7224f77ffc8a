from datetime import datetime
from typing import Final

from sqlmodel import col

from app.core.listing import Listing, Sort, contains, equals, one_of
from app.core.reading import Children, View
from app.models import Document, DocumentVersion
from app.schemas.documents import DocumentQuery, DocumentRead, DocumentVersionRead

VERSIONS: Final = Children(
    model=DocumentVersion,
    read=DocumentVersionRead,
    parent=col(DocumentVersion.document_id),
    order=[col(DocumentVersion.number).desc()],
)

VIEW: Final = View(model=Document, read=DocumentRead, children={"versions": VERSIONS})

LISTING: Final = Listing(
    view=VIEW,
    query=DocumentQuery,
    filters={
        "q": contains(col(Document.search)),
        "subject": equals(col(Document.subject)),
        "subject_id": equals(col(Document.subject_id)),
        "organization_id": equals(col(Document.organization_id)),
        "kind": one_of(col(Document.kind)),
    },
    sorts={
        "updated_at": Sort(col(Document.updated_at), datetime),
        "title": Sort(col(Document.title), str),
    },
    default_sort="-updated_at",
)
