"""How a command works in the database: one unit of work under its own name, and refusals in one sentence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from typing import Any, Final, TypeVar

import asyncpg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app.core.actors import command
from app.core.constraints import refusal_of
from app.core.db import Database, Target
from app.core.journal import Context
from app.core.problems import from_validation
from app.core.sealing import Ring
from app.core.uow import UnitOfWork, unit_of_work
from app.core.wording import SENTENCES, words
from app.errors import CATALOGUE, AppError, Sentence
from app.settings import Settings
from app.trouble import Trouble

CONNECTIONS: Final = 2

ResultT = TypeVar("ResultT")


def run(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    with refusals():
        return asyncio.run(work)


@contextlib.asynccontextmanager
async def unit(settings: Settings, verb: str) -> AsyncIterator[UnitOfWork]:
    """Everything in the block or nothing; the journal names the command."""
    # A command reaches everything; with no permission at all the unit of work would let it write nothing.
    async with database(settings) as db, unit_of_work(db, Context(command(verb), verb)) as uow:
        yield uow


@contextlib.asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """For commands that work in several units, one after the other."""
    db = Database(Target(settings.database.app_dsn, CONNECTIONS, CONNECTIONS, Ring.of(settings)))
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@contextlib.contextmanager
def refusals(own: Mapping[str, tuple[str, str]] | None = None) -> Iterator[None]:
    """What the rules, the shapes and the database refuse, as one sentence; `own` has words of the command's own."""
    try:
        yield
    except AppError as error:
        raise trouble(error, own or {}) from error
    except ValidationError as error:
        raise trouble(from_validation(error.errors(include_input=False)), own or {}) from error
    except (DBAPIError, asyncpg.PostgresError) as error:
        found = _of_database(error, own or {})
        if found is None:
            raise
        raise found from error
    except (OSError, asyncpg.InterfaceError) as error:
        raise Trouble(uk="База даних не відповідає.", en="The database does not answer.") from error


def _of_database(error: Exception, own: Mapping[str, tuple[str, str]]) -> Trouble | None:
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, asyncpg.UndefinedTableError):
        return Trouble(
            uk="База даних ще порожня: спершу виконайте ./pobratym migrate.",
            en="The database is still empty: run ./pobratym migrate first.",
        )
    found = refusal_of(error)
    return trouble(found, own) if found else None


def trouble(error: AppError, own: Mapping[str, tuple[str, str]]) -> Trouble:
    said = [*error.sentences, *(found.sentence for found in error.errors)]
    kind = CATALOGUE[error.code]
    uk = " ".join(_told(sentence, "uk", own) for sentence in said)
    en = " ".join(_told(sentence, "en", own) for sentence in said)
    return Trouble(uk=uk or f"{kind.uk}.", en=en or f"{kind.en}.")


def _told(sentence: Sentence, language: str, own: Mapping[str, tuple[str, str]]) -> str:
    if sentence.code in own and sentence.code not in SENTENCES:
        uk, en = own[sentence.code]
        return (uk if language == "uk" else en).format(**sentence.facts)
    return words(sentence, language)
