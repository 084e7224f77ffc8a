"""What was done, as the journal names it: by the operation id, the job or the command. The labels are sentences."""

from typing import ClassVar

from app.vocabulary.term import Term
from app.vocabulary.verbs_accounts import ACCOUNTS
from app.vocabulary.verbs_machine import MACHINE
from app.vocabulary.verbs_records import RECORDS
from app.vocabulary.verbs_work import WORK


class JournalVerb(Term):
    """One member for each row of the tables beside this file."""

    _ignore_: ClassVar[list[str]] = ["code", "said", "table"]  # type: ignore[misc]  # enum's own word for what is no member

    for table in (RECORDS, WORK, ACCOUNTS, MACHINE):
        for code, said in table.items():
            vars()[code.upper()] = (code, *said)
