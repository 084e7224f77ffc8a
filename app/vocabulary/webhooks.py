from app.vocabulary.term import Term


class WebhookStatus(Term):
    """Only an active one is told of events; a pending one must first answer a challenge."""

    PENDING = "pending", "очікує підтвердження адреси", "waiting for its address to be confirmed"
    ACTIVE = "active", "діє", "active"
    DISABLED = "disabled", "вимкнено", "disabled"


class WebhookStop(Term):
    """Why nothing is sent to a webhook any more."""

    ASKED = "asked", "вимкнула людина", "somebody switched it off"
    GONE = "gone", "адреса відповіла, що її більше немає", "the address answered that it is gone"
    FAILING = "failing", "адреса надто довго не приймала подій", "the address took no event for too long"
    NO_KEY = "no_key", "жоден ключ інтеграції вже не діє", "no key of the integration is valid any more"


class DeliveryStatus(Term):
    DUE = "due", "очікує надсилання", "waiting to be sent"
    DELIVERED = "delivered", "доставлено", "delivered"
    FAILED = "failed", "не доставлено", "not delivered"
    DROPPED = "dropped", "знято з черги", "taken off the queue"


class DeliveryFailure(Term):
    """Why an event was not taken. As coarse as it is, so that nobody explores a network through us."""

    NAME_UNKNOWN = "name_unknown", "ім’я не знайдено", "the name was not found"
    ADDRESS_FORBIDDEN = "address_forbidden", "адреса не дозволена", "the address is not allowed"
    UNREACHABLE = "unreachable", "немає з’єднання", "no connection"
    INSECURE = "insecure", "непридатний сертифікат", "an unusable certificate"
    TOO_SLOW = "too_slow", "відповідь запізнилася", "the answer came too late"
    REDIRECTED = "redirected", "переспрямування", "a redirect"
    REFUSED = "refused", "відмова", "a refusal"
    GONE = "gone", "адреси більше немає", "the address is gone"
    BUSY = "busy", "приймач зайнятий", "the receiver is busy"
    BROKEN = "broken", "помилка приймача", "an error of the receiver"
    CHALLENGE_FAILED = "challenge_failed", "адресу не підтверджено", "the address was not confirmed"
    OURS = "ours", "збій на нашому боці", "a fault of ours"
    WEBHOOK_OFF = "webhook_off", "вебхук вимкнено", "the webhook was off"
    INTEGRATION_OFF = "integration_off", "інтеграцію вимкнено", "the integration was off"
