from app.vocabulary.term import Term


class MessageKind(Term):
    """What a letter is about. Each kind has its text in both languages in app/templates/mail/."""

    INVITATION = "invitation", "запрошення", "invitation"
    PASSWORD_RESET = "password_reset", "відновлення пароля", "password reset"
    EMAIL_CHANGE = "email_change", "підтвердження нової адреси", "confirmation of a new address"
    EMAIL_TAKEN = "email_taken", "адреса вже має обліковий запис", "the address already has an account"
    EMAIL_CHANGED = "email_changed", "адресу змінено", "the address has changed"
    PASSWORD_CHANGED = "password_changed", "пароль змінено", "the password has changed"
    NEW_SIGN_IN = "new_sign_in", "вхід із нового пристрою", "a sign-in from a new device"
    REFRESH_TOKEN_REUSED = "refresh_token_reused", "використано старий ключ сесії", "a spent token was shown"
    FACTOR_ADDED = "factor_added", "додано чинник входу", "a factor was added"
    FACTOR_REMOVED = "factor_removed", "вилучено чинник входу", "a factor was removed"
    RECOVERY_CODES_MADE = "recovery_codes_made", "створено резервні коди", "recovery codes were made"
    FACTORS_RESET = "factors_reset", "чинники входу вилучено адміністратором", "an administrator removed all factors"
    FACTOR_GUESSED = "factor_guessed", "другий чинник не вгадано", "the second factor was guessed at"
    PASSKEY_SUSPECTED = "passkey_suspected", "підозра на копію ключа доступу", "a passkey may have been copied"
    RECOVERY_CODE_USED = "recovery_code_used", "використано резервний код", "a recovery code was used"
    API_KEY_REVOKED = "api_key_revoked", "ключ інтеграції відкликано", "a key of an integration was revoked"
    WEBHOOK_DISABLED = "webhook_disabled", "вебхук вимкнено", "a webhook was disabled"
    FILE_INFECTED = "file_infected", "у файлі знайдено вірус", "a virus was found in a file"
    REMINDER = "reminder", "нагадування", "a reminder"
    HANDOVER = "handover", "передано справи", "work was handed over"
    DIGEST = "digest", "нагадування за день", "reminders of the day"
    MEETING_INVITATION = "meeting_invitation", "запрошення на зустріч", "an invitation to a meeting"
    MEETING_UPDATE = "meeting_update", "зустріч змінено", "a meeting has changed"
    MEETING_CANCELLATION = "meeting_cancellation", "зустріч скасовано", "a meeting is cancelled"
    MEETING_COUNTER = "meeting_counter", "запропоновано інший час зустрічі", "another time was proposed for a meeting"
    JOURNAL_CHECKPOINT = "journal_checkpoint", "контрольна точка журналу", "a checkpoint of the journal"
    IDENTITY_LINKED = "identity_linked", "додано вхід через постачальника", "a provider's sign-in was added"


class MessageStatus(Term):
    DUE = "due", "очікує", "due"
    SENT = "sent", "надіслано", "sent"
    DROPPED = "dropped", "не потрібне", "not needed"
    FAILED = "failed", "не вдалося надіслати", "failed"


class LinkPurpose(Term):
    """What a link in a letter opens."""

    INVITATION = "invitation", "запрошення", "invitation"
    PASSWORD_RESET = "password_reset", "відновлення пароля", "password reset"
    EMAIL_CHANGE = "email_change", "зміна адреси", "change of address"
