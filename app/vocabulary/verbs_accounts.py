"""What was done to accounts, sessions and keys, and by them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ACCOUNTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "create_user": ("Обліковий запис створено.", "The account was made."),
        "edit_user": ("Обліковий запис змінено.", "The account was changed."),
        "edit_me": ("Особа змінила свої дані.", "The person changed their own details."),
        "invite_user": ("Надіслано запрошення.", "An invitation was sent."),
        "accept_invitation": ("Запрошення прийнято.", "The invitation was accepted."),
        "grant_role": ("Роль надано.", "A role was granted."),
        "revoke_grant": ("Роль відкликано.", "A role was revoked."),
        "change_my_password": ("Пароль змінено.", "The password was changed."),
        "request_password_reset": ("Попросили про новий пароль.", "A new password was asked for."),
        "complete_password_reset": ("Новий пароль встановлено.", "A new password was set."),
        "request_email_change": ("Попросили про нову адресу.", "A new address was asked for."),
        "confirm_email_change": ("Нову адресу підтверджено.", "The new address was confirmed."),
        "send_account_page": ("Заповнено сторінку з листа.", "A page that a letter led to was filled in."),
        "reset_user_factors": (
            "Адміністратор вилучив чинники входу.",
            "The factors of sign-in were removed.",
        ),
        "factors_reset": ("Чинників входу більше немає.", "No factor of sign-in is left."),
        "create_session": ("Вхід до застосунку.", "Sign-in in an app."),
        "create_browser_session": ("Вхід у браузері.", "Sign-in in a browser."),
        "begin_passkey_session": (
            "Розпочато вхід із ключем доступу.",
            "A sign-in with a passkey began.",
        ),
        "create_passkey_session": ("Вхід із ключем доступу.", "Sign-in with a passkey."),
        "create_browser_passkey_session": (
            "Вхід у браузері з ключем доступу.",
            "Sign-in in a browser with a passkey.",
        ),
        "create_openid_session": (
            "Вхід через зовнішнього постачальника.",
            "Sign-in through an outside provider.",
        ),
        "start_openid_sign_in": (
            "Розпочато вхід через зовнішнього постачальника.",
            "A sign-in through an outside provider began.",
        ),
        "finish_openid_sign_in": (
            "Завершено вхід через зовнішнього постачальника.",
            "A sign-in through an outside provider ended.",
        ),
        "finish_session": (
            "Вхід підтверджено другим чинником.",
            "The sign-in was confirmed by a second factor.",
        ),
        "finish_browser_session": (
            "Вхід у браузері підтверджено другим чинником.",
            "The sign-in in a browser was confirmed by a second factor.",
        ),
        "refresh_session": ("Сесію продовжено.", "The session was renewed."),
        "end_session": ("Сесію завершено.", "The session was ended."),
        "end_my_sessions": ("Усі сесії завершено.", "All sessions were ended."),
        "end_my_other_sessions": ("Інші сесії завершено.", "All other sessions were ended."),
        "end_user_sessions": (
            "Сесії особи завершив адміністратор.",
            "An administrator ended the person's sessions.",
        ),
        "begin_my_totp": ("Розпочато налаштування одноразових кодів.", "The set-up of one-time codes began."),
        "confirm_my_totp": ("Одноразові коди увімкнено.", "One-time codes were turned on."),
        "remove_my_totp": ("Одноразові коди вимкнено.", "One-time codes were turned off."),
        "begin_my_passkey": ("Розпочато додавання ключа доступу.", "The adding of a passkey began."),
        "add_my_passkey": ("Ключ доступу додано.", "A passkey was added."),
        "remove_my_passkey": ("Ключ доступу вилучено.", "A passkey was removed."),
        "renew_my_recovery_codes": (
            "Коди відновлення видано заново.",
            "Recovery codes were made anew.",
        ),
        "begin_my_proof": ("Розпочато підтвердження особи.", "A proof of identity began."),
        "prove_myself": ("Особа підтвердила, що це вона.", "The person proved who they are."),
        "denied": ("У доступі відмовлено.", "Access was refused."),
        "sign_in": ("Вхід.", "Sign-in."),
        "sign_in_failed": ("Невдала спроба входу.", "A sign-in failed."),
        "sign_in_refused": ("У вході відмовлено.", "A sign-in was refused."),
        "proof_refused": ("Підтвердження не прийнято.", "A proof was refused."),
        "factor_refused": ("Другий чинник не прийнято.", "A second factor was refused."),
        "passkey_refused": ("Ключ доступу не прийнято.", "A passkey was refused."),
        "passkey_suspected": ("Ключ доступу, можливо, скопійовано.", "A passkey may have been copied."),
        "refresh_repeated": (
            "Ключ продовження сесії використано вдруге.",
            "A refresh token came a second time.",
        ),
        "refresh_token_reused": (
            "Старий ключ продовження сесії використано знову.",
            "An old refresh token was used again.",
        ),
        "openid_code_reused": (
            "Код зовнішнього постачальника використано вдруге.",
            "A code of an outside provider came a second time.",
        ),
        "last_administrator_kept": (
            "Останньому адміністратору залишено роль.",
            "The last administrator kept their role.",
        ),
        "create_integration": ("Інтеграцію додано.", "The integration was added."),
        "edit_integration": ("Дані інтеграції змінено.", "The integration was changed."),
        "archive_integration": ("Інтеграцію передано в архів.", "The integration was archived."),
        "restore_integration": (
            "Інтеграцію повернуто з архіву.",
            "The integration was brought back from the archive.",
        ),
        "create_api_key": ("Ключ створено.", "A key was made."),
        "revoke_api_key": ("Ключ відкликано.", "A key was revoked."),
        "revoke_found_key": ("Знайдений кимось ключ відкликано.", "A key that somebody found was revoked."),
    }
)
