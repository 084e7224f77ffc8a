"""What is said about webhooks, and what helps when an event was not taken."""

from collections.abc import Mapping
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import DeliveryFailure

F = DeliveryFailure

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "webhook_not_active": (
        "Вебхук не діє: спершу увімкніть його та дочекайтеся підтвердження адреси.",
        "The webhook is not active: enable it first, and let its address be confirmed.",
    ),
    "webhook_is_disabled": (
        "Вебхук вимкнено: спершу увімкніть його.",
        "The webhook is disabled: enable it first.",
    ),
    "webhook_not_pending": (
        "Адреса цього вебхука не чекає на підтвердження.",
        "The address of this webhook does not wait to be confirmed.",
    ),
    "webhook_not_disabled": (
        "Вебхук не вимкнено.",
        "The webhook is not disabled.",
    ),
    "webhook_without_key": (
        "Жоден ключ цієї інтеграції вже не діє: спершу видайте їй новий ключ, а тоді ввімкніть вебхук.",
        "No key of this integration is valid any more: give it a new key first, then enable the webhook.",
    ),
    "webhook_secrets_enough": (
        "Попередній секрет діє ще до {until}: дочекайтеся цього перед наступною заміною.",
        "The secret before this one still signs until {until}: wait for that before you change it again.",
    ),
    "webhooks_enough": (
        "Інтеграція має вже {count} вебхуків: більше не можна.",
        "The integration has {count} webhooks already: there cannot be more.",
    ),
    "webhook_event_unknown": (
        "Події {event} немає. Перелік подій: GET /v1/reference/webhook_event_type.",
        "There is no event {event}. They are listed by GET /v1/reference/webhook_event_type.",
    ),
    "delivery_on_its_way": (
        "Подія вже чекає на надсилання.",
        "The event is waiting to be sent already.",
    ),
    "delivery_of_a_challenge": (
        "Підтвердження адреси не надсилають удруге: попросіть про нове.",
        "A challenge is not sent again: ask for a new one.",
    ),
    "replay_range": (
        "Кінець проміжку має бути пізніший за початок.",
        "The range must end after it begins.",
    ),
    "replay_under_way": (
        "Події цього вебхука вже повторюються (операція {operation}): дочекайтеся її кінця або скасуйте її.",
        "The events of this webhook are being replayed already (operation {operation}): wait for its end or cancel it.",
    ),
    "replay_stopped": (
        "Вебхук або його інтеграцію тим часом вимкнено. Увімкніть їх і почніть повторення знову.",
        "The webhook or its integration was switched off meanwhile. Switch it on and begin the replay again.",
    ),
    "remedy_name_unknown": (
        "Перевірте, чи ім’я вузла є в публічному DNS.",
        "Check that the name of the host is in the public DNS.",
    ),
    "remedy_address_forbidden": (
        "Ім’я має вести лише до публічних адрес. Внутрішню адресу може дозволити той, хто обслуговує сервер.",
        "The name must lead to public addresses only. Whoever runs the server can vouch for one of a private network.",
    ),
    "remedy_unreachable": (
        "Перевірте, чи сервер увімкнено та чи мережевий екран пропускає з’єднання.",
        "Check that the server is up and that its firewall lets connections in.",
    ),
    "remedy_insecure": (
        "Поставте чинний сертифікат на це ім’я від загальновизнаного центру, разом із проміжними.",
        "Install a valid certificate for this name from a public authority, with its intermediate certificates.",
    ),
    "remedy_too_slow": (
        "Відповідайте 2xx одразу, а подію обробляйте потім.",
        "Answer 2xx at once and work on the event afterwards.",
    ),
    "remedy_redirected": (
        "Вкажіть у вебхуку кінцеву адресу: переспрямувань ми не виконуємо.",
        "Give the webhook the final address: we follow no redirects.",
    ),
    "remedy_refused": (
        "Подивіться на відповідь: адреса має приймати POST і звіряти підпис за чинним секретом.",
        "Look at the answer: the address has to take a POST and check the signature with the current secret.",
    ),
    "remedy_gone": (
        "Якщо адреса знову приймає події, увімкніть вебхук.",
        "If the address takes events again, enable the webhook.",
    ),
    "remedy_busy": (
        "Ми спробуємо згодом; щоб вказати коли, додайте до відповіді Retry-After.",
        "We will try later; an answer with Retry-After says when.",
    ),
    "remedy_broken": (
        "Знайдіть помилку в журналі приймача; подію можна надіслати ще раз.",
        "Find the error in the receiver’s log; the event can be sent once more.",
    ),
    "remedy_challenge_failed": (
        'Поверніть 2xx і JSON {{"challenge": "…"}} з тим самим текстом, тоді попросіть підтвердити адресу знову.',
        'Answer 2xx with the JSON {{"challenge": "…"}} and the same text, then ask for a new challenge.',
    ),
    "remedy_ours": (
        "З адресою все гаразд, це збій у нас. Надішліть подію ще раз; якщо не допоможе, скажіть тому, хто веде сервер.",
        "The address is well, the fault is ours. Send it again; if that does not help, tell whoever runs the server.",
    ),
    "remedy_webhook_off": (
        "Увімкніть вебхук і повторіть події за потрібний час.",
        "Enable the webhook and replay the events of that time.",
    ),
    "remedy_integration_off": (
        "Увімкніть інтеграцію і повторіть події за потрібний час.",
        "Switch the integration on and replay the events of that time.",
    ),
}

REMEDIES: Final[Mapping[DeliveryFailure, str]] = {
    F.NAME_UNKNOWN: "remedy_name_unknown",
    F.ADDRESS_FORBIDDEN: "remedy_address_forbidden",
    F.UNREACHABLE: "remedy_unreachable",
    F.INSECURE: "remedy_insecure",
    F.TOO_SLOW: "remedy_too_slow",
    F.REDIRECTED: "remedy_redirected",
    F.REFUSED: "remedy_refused",
    F.GONE: "remedy_gone",
    F.BUSY: "remedy_busy",
    F.BROKEN: "remedy_broken",
    F.CHALLENGE_FAILED: "remedy_challenge_failed",
    F.OURS: "remedy_ours",
    F.WEBHOOK_OFF: "remedy_webhook_off",
    F.INTEGRATION_OFF: "remedy_integration_off",
}


def remedy(failure: DeliveryFailure) -> Sentence:
    """The way out, for a person."""
    return say(REMEDIES[failure])
