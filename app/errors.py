"""What can go wrong, once: the catalogue of problem codes, and the exception that carries one of them.

Every answer that is not a success is a problem document (RFC 9457) with a code from this catalogue.
Codes never change their meaning; clients may branch on them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple


@dataclass(frozen=True)
class Sentence:
    """A message for a person, as a code and its facts; it becomes words in the reader's language at the edge."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def say(code: str, /, **facts: Any) -> Sentence:
    return Sentence(code, facts)


class Kind(NamedTuple):
    status: int
    uk: str
    en: str
    retryable: bool = False


CATALOGUE: Final[Mapping[str, Kind]] = {
    "malformed_body": Kind(400, "Тіло запиту не вдалося прочитати", "The body could not be read"),
    "invalid_cursor": Kind(400, "Курсор не підходить до цього запиту", "The cursor does not fit this request"),
    "invalid_precondition": Kind(400, "Заголовок If-Match не вдалося прочитати", "If-Match could not be read"),
    "invalid_idempotency_key": Kind(400, "Ключ ідемпотентності непридатний", "The idempotency key is not usable"),
    "unauthenticated": Kind(401, "Потрібно увійти", "Sign in first"),
    "wrong_factor": Kind(401, "Цей код або ключ не підходить", "This code or key does not fit"),
    "wrong_credentials": Kind(401, "Неправильна адреса або пароль", "Wrong address or password"),
    "session_ended": Kind(401, "Сесію завершено, увійдіть знову", "The session has ended, sign in again"),
    "proof_needed": Kind(401, "Підтвердьте, що це ви", "Prove that it is you"),
    "factor_needed": Kind(403, "Спершу додайте другий чинник входу", "Add a second factor first"),
    "foreign_request": Kind(403, "Запит не з наших сторінок", "The request does not come from our pages"),
    "forbidden": Kind(403, "У вас немає на це права", "You may not do this"),
    "sign_in_refused": Kind(403, "Увійти не вдалося", "You could not be signed in"),
    "network_not_allowed": Kind(403, "Із цієї мережі ключ не приймається", "The key is not taken from this network"),
    "not_found": Kind(404, "Запис не знайдено", "Not found"),
    "method_not_allowed": Kind(405, "Такої дії тут немає", "This method is not offered here"),
    "not_acceptable": Kind(406, "Такого формату тут немає", "This format is not offered here"),
    "conflict": Kind(409, "Стан запису цього не дозволяє", "The state of the record does not allow this"),
    "already_exists": Kind(409, "Такий запис уже є", "Such a record already exists"),
    "request_in_progress": Kind(409, "Такий самий запит ще виконується", "The same request is still running", True),
    "answer_erased": Kind(
        409, "Цей запит уже виконано, а відповідь стерто", "This was done, and its answer was erased"
    ),
    "archived": Kind(409, "Запис в архіві", "The record is archived"),
    "sign_in_over": Kind(410, "Ця спроба входу завершилася", "This attempt to sign in is over"),
    "link_ended": Kind(410, "Посилання більше не діє", "The link no longer works"),
    "feed_resync": Kind(410, "Копію потрібно зняти заново", "Take the copy anew"),
    "erased": Kind(410, "Дані стерто", "The data has been erased"),
    "version_mismatch": Kind(412, "Запис тим часом змінили", "The record has changed meanwhile"),
    "body_too_large": Kind(413, "Тіло запиту завелике", "The body is too large"),
    "unsupported_media_type": Kind(415, "Такий тип вмісту не приймається", "This content type is not accepted"),
    "invalid": Kind(422, "Деякі дані неправильні", "Some of the data is not valid"),
    "idempotency_key_reused": Kind(
        422, "Ключ уже використано для іншого запиту", "The key was used for another request"
    ),
    "precondition_required": Kind(428, "Потрібен заголовок If-Match", "If-Match is required"),
    "too_many_requests": Kind(429, "Забагато спроб", "Too many attempts", True),
    "rate_limited": Kind(429, "Забагато запитів", "Too many requests", True),
    "internal": Kind(500, "Сталася несподівана помилка", "Something unexpected happened", True),
    "overloaded": Kind(503, "Сервіс перевантажено", "The service is busy", True),
    "provider_unavailable": Kind(503, "Постачальник входу недоступний", "The provider is not available", True),
    "storage_unavailable": Kind(503, "Сховище файлів недоступне", "The storage of files is not available", True),
    "not_ready": Kind(503, "Сервіс ще не готовий", "The service is not ready", True),
}


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with the request: where (`/parties/0/role`, `query:limit`) and what."""

    pointer: str
    sentence: Sentence


class AppError(Exception):
    """A refusal with a code of the catalogue, sentences for a person and the fields they are about."""

    def __init__(
        self,
        code: str,
        *sentences: Sentence,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(code, *sentences)
        self.code = code
        self.status = CATALOGUE[code].status
        self.sentences = sentences
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = extra


def not_found() -> AppError:
    """The same for what is absent and for what is hidden."""
    return AppError("not_found")


def invalid(*errors: FieldError) -> AppError:
    return AppError("invalid", errors=errors)


def refused(*objections: Sentence, **extra: Any) -> AppError:
    """The rules object: 409 with every reason, not only the first."""
    return AppError("conflict", *objections, objections=[objection.code for objection in objections], **extra)
