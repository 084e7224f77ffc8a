"""The machinery's own sentences: what is wrong with a request, whatever it is about."""

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # The types of pydantic's errors, with its context as facts.
    "missing": ("Це поле обов’язкове.", "This field is required."),
    "given_twice": ("Цей параметр можна вказати лише раз.", "This parameter can be given only once."),
    "extra_forbidden": ("Такого поля тут немає.", "There is no such field here."),
    "string_type": ("Тут має бути текст.", "This must be text."),
    "string_too_short": ("Найменша довжина: {min_length}.", "The length must be at least {min_length}."),
    "string_too_long": ("Найбільша довжина: {max_length}.", "The length must be at most {max_length}."),
    "string_pattern_mismatch": (
        "Значення має інший вигляд, ніж потрібно.",
        "The value does not have the form that is needed here.",
    ),
    "int_type": ("Тут має бути ціле число.", "This must be a whole number."),
    "int_parsing": ("Тут має бути ціле число.", "This must be a whole number."),
    "int_from_float": ("Тут має бути ціле число.", "This must be a whole number."),
    "int_parsing_size": ("Число завелике.", "The number is too large."),
    "float_type": ("Тут має бути число.", "This must be a number."),
    "float_parsing": ("Тут має бути число.", "This must be a number."),
    "finite_number": ("Тут має бути скінченне число.", "This must be a finite number."),
    "decimal_type": ("Тут має бути число.", "This must be a number."),
    "decimal_parsing": ("Тут має бути число.", "This must be a number."),
    "decimal_max_digits": ("Цифр у числі: не більше {max_digits}.", "Digits in the number: at most {max_digits}."),
    "decimal_max_places": (
        "Знаків після коми: не більше {decimal_places}.",
        "Decimal places: at most {decimal_places}.",
    ),
    "decimal_whole_digits": ("Число завелике.", "The number is too large."),
    "greater_than": ("Значення має бути більшим за {gt}.", "The value must be greater than {gt}."),
    "greater_than_equal": ("Значення має бути не менше {ge}.", "The value must be at least {ge}."),
    "less_than": ("Значення має бути меншим за {lt}.", "The value must be less than {lt}."),
    "less_than_equal": ("Значення має бути не більше {le}.", "The value must be at most {le}."),
    "bool_type": ("Тут має бути true або false.", "This must be true or false."),
    "bool_parsing": ("Тут має бути true або false.", "This must be true or false."),
    "enum": ("Можливі значення: {expected}.", "Possible values: {expected}."),
    "literal_error": ("Можливі значення: {expected}.", "Possible values: {expected}."),
    "uuid_type": ("Тут має бути UUID.", "This must be a UUID."),
    "uuid_parsing": ("Тут має бути UUID.", "This must be a UUID."),
    "uuid_version": ("Ідентифікатор має бути UUID версії 7.", "The id must be a UUID of version 7."),
    "date_type": ("Тут має бути дата, як 2026-03-31.", "This must be a date such as 2026-03-31."),
    "date_parsing": ("Тут має бути дата, як 2026-03-31.", "This must be a date such as 2026-03-31."),
    "date_from_datetime_parsing": ("Тут має бути дата, як 2026-03-31.", "This must be a date such as 2026-03-31."),
    "date_from_datetime_inexact": (
        "Тут має бути дата без часу, як 2026-03-31.",
        "This must be a date without a time, such as 2026-03-31.",
    ),
    "datetime_type": ("Тут має бути момент часу з поясом.", "This must be a moment with its time zone."),
    "datetime_parsing": ("Тут має бути момент часу з поясом.", "This must be a moment with its time zone."),
    "datetime_from_date_parsing": ("Тут має бути момент часу з поясом.", "This must be a moment with its time zone."),
    "timezone_aware": ("Вкажіть часовий пояс.", "Name the time zone."),
    "list_type": ("Тут має бути список.", "This must be a list."),
    "too_short": ("Найменша кількість: {min_length}.", "The smallest number of items: {min_length}."),
    "too_long": ("Найбільша кількість: {max_length}.", "The largest number of items: {max_length}."),
    "model_type": ("Тут має бути об’єкт.", "This must be an object."),
    "model_attributes_type": ("Тут має бути об’єкт.", "This must be an object."),
    "dict_type": ("Тут має бути об’єкт.", "This must be an object."),
    "url_parsing": (
        "Тут має бути вебадреса, як https://example.org.",
        "This must be an address such as https://example.org.",
    ),
    "url_scheme": (
        "Вебадреса має починатися з https:// або http://.",
        "The address must begin with https:// or http://.",
    ),
    "url_too_long": ("Вебадреса задовга.", "The address is too long."),
    "value_error": ("Значення непридатне.", "The value is not usable."),
    "not_usable": ("Значення непридатне.", "The value is not usable."),
    "email_invalid": ("Це не схоже на адресу електронної пошти.", "This does not look like an e-mail address."),
    "phone_invalid": (
        "Такого номера телефону не буває: почніть із + і коду країни.",
        "No telephone has this number: begin with + and the country code.",
    ),
    "organization_name_needed": (
        "Потрібна назва українською або англійською.",
        "A name in Ukrainian or in English is needed.",
    ),
    "hromada_code_needed": (
        "Назви громад повторюються: вкажіть код КАТОТТГ. Схожі громади: {candidates}.",
        "Names of hromadas repeat: give the KATOTTG code. Hromadas alike: {candidates}.",
    ),
    "affiliation_of_others": (
        "Посади в інших організаціях і їхніх координаторів визначають вони самі.",
        "Positions in other organizations, and their coordinators, are theirs to decide.",
    ),
    "official_facts": (
        "Код, тип і країну змінює лише координатор Асоціації: {fields}.",
        "Code, kind and country are changed by a coordinator of the Association only: {fields}.",
    ),
    "country_of_a_party": (
        "Організація бере участь у партнерствах, тому її країну не змінюють: створіть іншу організацію.",
        "The organization is a party of partnerships, so its country stays: create another organization.",
    ),
    "ukrainian_codes_only": (
        "Коди КАТОТТГ і ЄДРПОУ мають лише українські організації.",
        "Only Ukrainian organizations have KATOTTG and EDRPOU codes.",
    ),
    "grant_scope_needs": (
        "Поле {field} вказують саме для обсягу «{scope}».",
        "The field {field} goes with the scope “{scope}”, and only with it.",
    ),
    # What more than one resource says.
    "blank": ("Тут має бути текст, а не самі пробіли.", "This must be text, not only spaces."),
    "control_characters": ("Текст містить недруковані символи.", "The text holds characters that cannot be printed."),
    "end_before_start": ("Кінець не може бути раніше за початок.", "The end cannot be before the start."),
    "may_not_be_null": ("Це поле не можна очистити.", "This field cannot be cleared."),
    "repeated": ("Значення повторюється.", "The value is repeated."),
    "together": ("Ці поля вказують разом: {fields}.", "These fields go together: {fields}."),
    "not_in_future": ("Дата не може бути в майбутньому.", "The date cannot be in the future."),
    "unknown_reference": ("Такого запису немає.", "There is no such record."),
    "unknown_code": ("Такого коду немає: {value}.", "There is no such code: {value}."),
    "outside_your_reach": (
        "Цей запис належить іншим: змінювати його ви не можете.",
        "This record belongs to others: you may not change it.",
    ),
    "filter_not_shown": (
        "За цим полем ви не можете шукати: воно вам не показується.",
        "You cannot search by this field: it is not shown to you.",
    ),
    "history_of_others": (
        "Історію запису бачать ті, кому він належить.",
        "The history of a record is for those to whom it belongs.",
    ),
    "people_only": (
        "Це може зробити лише людина, яка увійшла, а не ключ іншої системи.",
        "Only a person who signed in may do this, not the key of another system.",
    ),
    "prove_again": (
        "Підтвердьте, що це ви: POST /v1/me/proof. Підтвердження діє {minutes} хв.",
        "Prove that it is you: POST /v1/me/proof. A proof counts for {minutes} minutes.",
    ),
    "role_needs_factor": (
        "Ваша роль потребує другого чинника входу: додайте код із застосунку або ключ доступу.",
        "Your role needs a second factor: add an authenticator app or a passkey.",
    ),
    "permission_missing": ("Для цього потрібне право {permission}.", "This needs the permission {permission}."),
    "if_match_missing": (
        "Надішліть If-Match з ETag запису, який ви бачили.",
        "Send If-Match with the ETag of the record you have seen.",
    ),
    "version_is_now": (
        "Поточна версія {version}: прочитайте запис і повторіть зміну.",
        "The version is now {version}: read the record and make the change again.",
    ),
    "media_type_expected": ("Надішліть вміст як {expected}.", "Send the content as {expected}."),
    "id_taken": ("Запис із таким ідентифікатором уже є.", "A record with this id already exists."),
    "code_taken": ("Цей код уже має інша організація.", "Another organization already has this code."),
    "value_taken": ("Таке значення вже є.", "This value is already there."),
    "email_taken": ("Обліковий запис із такою адресою вже є.", "An account with this address already exists."),
    "is_archived": ("Спершу поверніть запис з архіву.", "Restore the record from the archive first."),
    "wrong_email_or_password": (
        "Перевірте адресу і пароль та спробуйте ще раз.",
        "Check the address and the password and try again.",
    ),
    "sign_in_first": ("Додайте заголовок Authorization: Bearer …", "Add the header Authorization: Bearer …"),
    "answer_was_erased": (
        "Запит із цим ключем уже виконано; відповідь стерто разом із даними особи.",
        "The request with this key has been carried out; its answer was erased with the data of a person.",
    ),
    "key_of_another_request": (
        "Цей ключ уже використано для іншого запиту: візьміть новий.",
        "This key has already been used for another request: take a new one.",
    ),
    "key_form": ("Ключ має бути від 1 до 255 друкованих символів.", "The key must be 1 to 255 printable characters."),
    "type_not_readable": ("Записів «{type}» ви не можете читати.", "You may read no {type}."),
    "feed_resync_how": (
        (
            "За цим курсором зміни вже не показати. Візьміть новий курсор (запит без параметра cursor), потім "
            "прочитайте списки заново."
        ),
        (
            "The changes after this cursor can no longer be told. Take a new cursor (ask without one), then read the "
            "lists again."
        ),
    ),
    "streams_taken": (
        "Потоків і запитів, що чекають, може бути не більше ніж {count} одночасно. Закрийте один із них.",
        "You have {count} streams and waiting requests open, and may have no more. Close one of them.",
    ),
}
