"""What was done, as the journal names it: by the operation id, the job or the command. The labels are sentences."""

from app.vocabulary.term import Term


class JournalVerb(Term):
    CREATE_ORGANIZATION = "create_organization", "Організацію додано.", "The organization was added."
    EDIT_ORGANIZATION = "edit_organization", "Дані організації змінено.", "The organization was changed."
    UNDO_ORGANIZATION = (
        "undo_organization",
        "Останню зміну даних організації скасовано.",
        "The last change of the organization was taken back.",
    )
    ARCHIVE_ORGANIZATION = "archive_organization", "Організацію передано в архів.", "The organization was archived."
    RESTORE_ORGANIZATION = (
        "restore_organization",
        "Організацію повернуто з архіву.",
        "The organization was brought back from the archive.",
    )

    CREATE_PERSON = "create_person", "Картку особи додано.", "The person was added."
    EDIT_PERSON = "edit_person", "Картку особи змінено.", "The person was changed."
    UNDO_PERSON = (
        "undo_person",
        "Останню зміну картки особи скасовано.",
        "The last change of the person was taken back.",
    )
    ARCHIVE_PERSON = "archive_person", "Картку особи передано в архів.", "The person was archived."
    RESTORE_PERSON = (
        "restore_person",
        "Картку особи повернуто з архіву.",
        "The person was brought back from the archive.",
    )
    ADD_AFFILIATION = "add_affiliation", "Додано місце роботи.", "An affiliation was added."
    EDIT_AFFILIATION = "edit_affiliation", "Дані про місце роботи змінено.", "An affiliation was changed."
    END_AFFILIATION = "end_affiliation", "Особа залишила організацію.", "The person left an organization."
    GIVE_CONSENT = "give_consent", "Згоду надано.", "Consent was given."
    WITHDRAW_CONSENT = "withdraw_consent", "Згоду відкликано.", "Consent was withdrawn."
    EXPORT_PERSONAL_DATA = (
        "export_personal_data",
        "Підготовлено копію особистих даних.",
        "The personal data was put together for the person.",
    )
    PERSONAL_DATA_EXPORTED = (
        "personal_data_exported",
        "Копію особистих даних видано.",
        "The personal data was handed out.",
    )
    ERASE_PERSON = "erase_person", "Особисті дані стерто.", "The personal data was erased."
    PERSON_ERASED = (
        "person_erased",
        "Стирання особистих даних завершено.",
        "The erasure of personal data was completed.",
    )
    ERASURE_REPLAYED = (
        "erasure_replayed",
        "Стирання повторено після відновлення бази.",
        "The erasure was repeated after a restore of the database.",
    )
    ADD_DOCUMENT = "add_document", "Додано документ, що посвідчує особу.", "An identity document was added."
    EDIT_DOCUMENT = "edit_document", "Дані документа, що посвідчує особу, змінено.", "An identity document was changed."
    REMOVE_DOCUMENT = "remove_document", "Документ, що посвідчує особу, вилучено.", "An identity document was removed."
    KEEP_PARTICULAR = "keep_particular", "Записано відомості про особу.", "A particular of the person was recorded."
    REMOVE_PARTICULAR = "remove_particular", "Відомості про особу вилучено.", "A particular of the person was removed."
    REVEAL_IDENTITY = "reveal_identity", "Закриті дані показано.", "Sealed data was revealed."
    FIND_BY_DOCUMENT = (
        "find_by_document",
        "Особу шукали за номером документа.",
        "Somebody searched by the number of a document.",
    )
    DESTROY_KEY = "destroy_key", "Ключ до закритих даних знищено.", "The key to the sealed data was destroyed."

    CREATE_PARTNERSHIP = "create_partnership", "Партнерство розпочато.", "The partnership was opened."
    EDIT_PARTNERSHIP = "edit_partnership", "Дані партнерства змінено.", "The partnership was changed."
    UNDO_PARTNERSHIP = (
        "undo_partnership",
        "Останню зміну даних партнерства скасовано.",
        "The last change of the partnership was taken back.",
    )
    MOVE_PARTNERSHIP = (
        "move_partnership",
        "Партнерство перейшло на інший етап.",
        "The partnership moved to another stage.",
    )
    CHANGE_PARTNERSHIP_TRACK = (
        "change_partnership_track",
        "Змінено, чи партнерство формальне.",
        "The partnership changed its track.",
    )
    CHANGE_PARTNERSHIP_STATUS = (
        "change_partnership_status",
        "Стан партнерства змінено.",
        "The status of the partnership changed.",
    )
    ARCHIVE_PARTNERSHIP = "archive_partnership", "Партнерство передано в архів.", "The partnership was archived."
    RESTORE_PARTNERSHIP = (
        "restore_partnership",
        "Партнерство повернуто з архіву.",
        "The partnership was brought back from the archive.",
    )

    CREATE_AGREEMENT = "create_agreement", "Документ додано.", "The agreement was added."
    EDIT_AGREEMENT = "edit_agreement", "Дані документа змінено.", "The agreement was changed."
    UNDO_AGREEMENT = (
        "undo_agreement",
        "Останню зміну даних документа скасовано.",
        "The last change of the agreement was taken back.",
    )
    ADD_AGREEMENT_DRAFT = "add_agreement_draft", "Додано редакцію тексту.", "A version of the text was added."
    RECORD_AGREEMENT_COUNCIL_ACT = (
        "record_agreement_council_act",
        "Записано рішення ради.",
        "The act of the council was recorded.",
    )
    SUBMIT_AGREEMENT = (
        "submit_agreement",
        "Документ подано до міністерства.",
        "The agreement was submitted to the ministry.",
    )
    RECORD_AGREEMENT_MINISTRY_DECISION = (
        "record_agreement_ministry_decision",
        "Записано рішення міністерства.",
        "The decision of the ministry was recorded.",
    )
    REVISE_AGREEMENT = (
        "revise_agreement",
        "Документ повернуто на доопрацювання.",
        "The agreement went back for revision.",
    )
    SIGN_AGREEMENT = "sign_agreement", "Документ підписано.", "The agreement was signed."
    REGISTER_AGREEMENT = "register_agreement", "Документ зареєстровано.", "The agreement was registered."
    ENTER_AGREEMENT_INTO_FORCE = (
        "enter_agreement_into_force",
        "Документ набрав чинності.",
        "The agreement entered into force.",
    )
    TERMINATE_AGREEMENT = "terminate_agreement", "Дію документа припинено.", "The agreement was terminated."
    WITHDRAW_AGREEMENT = "withdraw_agreement", "Документ відкликано.", "The agreement was withdrawn."
    VERIFY_AGREEMENT = "verify_agreement", "Дані документа перевірено.", "The facts of the agreement were verified."
    END_TERMS = "end_terms", "Строк дії документа сплив.", "The term of the agreement ran out."
    ARCHIVE_AGREEMENT = "archive_agreement", "Документ передано в архів.", "The agreement was archived."
    RESTORE_AGREEMENT = (
        "restore_agreement",
        "Документ повернуто з архіву.",
        "The agreement was brought back from the archive.",
    )

    CREATE_PROJECT = "create_project", "Проєкт додано.", "The project was added."
    EDIT_PROJECT = "edit_project", "Дані проєкту змінено.", "The project was changed."
    UNDO_PROJECT = (
        "undo_project",
        "Останню зміну даних проєкту скасовано.",
        "The last change of the project was taken back.",
    )
    CHANGE_PROJECT_STATUS = "change_project_status", "Статус проєкту змінено.", "The status of the project changed."
    ARCHIVE_PROJECT = "archive_project", "Проєкт передано в архів.", "The project was archived."
    RESTORE_PROJECT = "restore_project", "Проєкт повернуто з архіву.", "The project was brought back from the archive."
    CREATE_DELEGATION = "create_delegation", "Делегацію додано.", "The delegation was added."
    EDIT_DELEGATION = "edit_delegation", "Дані делегації змінено.", "The delegation was changed."
    UNDO_DELEGATION = (
        "undo_delegation",
        "Останню зміну даних делегації скасовано.",
        "The last change of the delegation was taken back.",
    )
    CHANGE_DELEGATION_STATUS = (
        "change_delegation_status",
        "Статус делегації змінено.",
        "The status of the delegation changed.",
    )
    ARCHIVE_DELEGATION = "archive_delegation", "Делегацію передано в архів.", "The delegation was archived."
    RESTORE_DELEGATION = (
        "restore_delegation",
        "Делегацію повернуто з архіву.",
        "The delegation was brought back from the archive.",
    )

    CREATE_USER = "create_user", "Обліковий запис створено.", "The account was made."
    EDIT_USER = "edit_user", "Обліковий запис змінено.", "The account was changed."
    EDIT_ME = "edit_me", "Особа змінила свої дані.", "The person changed their own details."
    INVITE_USER = "invite_user", "Надіслано запрошення.", "An invitation was sent."
    ACCEPT_INVITATION = "accept_invitation", "Запрошення прийнято.", "The invitation was accepted."
    GRANT_ROLE = "grant_role", "Роль надано.", "A role was granted."
    REVOKE_GRANT = "revoke_grant", "Роль відкликано.", "A role was revoked."
    CHANGE_MY_PASSWORD = "change_my_password", "Пароль змінено.", "The password was changed."
    REQUEST_PASSWORD_RESET = "request_password_reset", "Попросили про новий пароль.", "A new password was asked for."
    COMPLETE_PASSWORD_RESET = "complete_password_reset", "Новий пароль встановлено.", "A new password was set."
    REQUEST_EMAIL_CHANGE = "request_email_change", "Попросили про нову адресу.", "A new address was asked for."
    CONFIRM_EMAIL_CHANGE = "confirm_email_change", "Нову адресу підтверджено.", "The new address was confirmed."
    SEND_ACCOUNT_PAGE = "send_account_page", "Заповнено сторінку з листа.", "A page that a letter led to was filled in."
    RESET_USER_FACTORS = (
        "reset_user_factors",
        "Адміністратор вилучив чинники входу.",
        "The factors of sign-in were removed.",
    )
    FACTORS_RESET = "factors_reset", "Чинників входу більше немає.", "No factor of sign-in is left."

    CREATE_SESSION = "create_session", "Вхід до застосунку.", "Sign-in in an app."
    CREATE_BROWSER_SESSION = "create_browser_session", "Вхід у браузері.", "Sign-in in a browser."
    BEGIN_PASSKEY_SESSION = (
        "begin_passkey_session",
        "Розпочато вхід із ключем доступу.",
        "A sign-in with a passkey began.",
    )
    CREATE_PASSKEY_SESSION = "create_passkey_session", "Вхід із ключем доступу.", "Sign-in with a passkey."
    CREATE_BROWSER_PASSKEY_SESSION = (
        "create_browser_passkey_session",
        "Вхід у браузері з ключем доступу.",
        "Sign-in in a browser with a passkey.",
    )
    CREATE_OPENID_SESSION = (
        "create_openid_session",
        "Вхід через зовнішнього постачальника.",
        "Sign-in through an outside provider.",
    )
    START_OPENID_SIGN_IN = (
        "start_openid_sign_in",
        "Розпочато вхід через зовнішнього постачальника.",
        "A sign-in through an outside provider began.",
    )
    FINISH_OPENID_SIGN_IN = (
        "finish_openid_sign_in",
        "Завершено вхід через зовнішнього постачальника.",
        "A sign-in through an outside provider ended.",
    )
    FINISH_SESSION = (
        "finish_session",
        "Вхід підтверджено другим чинником.",
        "The sign-in was confirmed by a second factor.",
    )
    FINISH_BROWSER_SESSION = (
        "finish_browser_session",
        "Вхід у браузері підтверджено другим чинником.",
        "The sign-in in a browser was confirmed by a second factor.",
    )
    REFRESH_SESSION = "refresh_session", "Сесію продовжено.", "The session was renewed."
    END_SESSION = "end_session", "Сесію завершено.", "The session was ended."
    END_MY_SESSIONS = "end_my_sessions", "Усі сесії завершено.", "All sessions were ended."
    END_MY_OTHER_SESSIONS = "end_my_other_sessions", "Інші сесії завершено.", "All other sessions were ended."
    END_USER_SESSIONS = (
        "end_user_sessions",
        "Сесії особи завершив адміністратор.",
        "An administrator ended the person's sessions.",
    )
    BEGIN_MY_TOTP = "begin_my_totp", "Розпочато налаштування одноразових кодів.", "The set-up of one-time codes began."
    CONFIRM_MY_TOTP = "confirm_my_totp", "Одноразові коди увімкнено.", "One-time codes were turned on."
    REMOVE_MY_TOTP = "remove_my_totp", "Одноразові коди вимкнено.", "One-time codes were turned off."
    BEGIN_MY_PASSKEY = "begin_my_passkey", "Розпочато додавання ключа доступу.", "The adding of a passkey began."
    ADD_MY_PASSKEY = "add_my_passkey", "Ключ доступу додано.", "A passkey was added."
    REMOVE_MY_PASSKEY = "remove_my_passkey", "Ключ доступу вилучено.", "A passkey was removed."
    RENEW_MY_RECOVERY_CODES = (
        "renew_my_recovery_codes",
        "Коди відновлення видано заново.",
        "Recovery codes were made anew.",
    )
    BEGIN_MY_PROOF = "begin_my_proof", "Розпочато підтвердження особи.", "A proof of identity began."
    PROVE_MYSELF = "prove_myself", "Особа підтвердила, що це вона.", "The person proved who they are."
    DENIED = "denied", "У доступі відмовлено.", "Access was refused."
    SIGN_IN = "sign_in", "Вхід.", "Sign-in."
    SIGN_IN_FAILED = "sign_in_failed", "Невдала спроба входу.", "A sign-in failed."
    SIGN_IN_REFUSED = "sign_in_refused", "У вході відмовлено.", "A sign-in was refused."
    PROOF_REFUSED = "proof_refused", "Підтвердження не прийнято.", "A proof was refused."
    FACTOR_REFUSED = "factor_refused", "Другий чинник не прийнято.", "A second factor was refused."
    PASSKEY_REFUSED = "passkey_refused", "Ключ доступу не прийнято.", "A passkey was refused."
    PASSKEY_SUSPECTED = "passkey_suspected", "Ключ доступу, можливо, скопійовано.", "A passkey may have been copied."
    REFRESH_REPEATED = (
        "refresh_repeated",
        "Ключ продовження сесії використано вдруге.",
        "A refresh token came a second time.",
    )
    REFRESH_TOKEN_REUSED = (
        "refresh_token_reused",
        "Старий ключ продовження сесії використано знову.",
        "An old refresh token was used again.",
    )
    OPENID_CODE_REUSED = (
        "openid_code_reused",
        "Код зовнішнього постачальника використано вдруге.",
        "A code of an outside provider came a second time.",
    )
    LAST_ADMINISTRATOR_KEPT = (
        "last_administrator_kept",
        "Останньому адміністратору залишено роль.",
        "The last administrator kept their role.",
    )

    CREATE_INTEGRATION = "create_integration", "Інтеграцію додано.", "The integration was added."
    EDIT_INTEGRATION = "edit_integration", "Дані інтеграції змінено.", "The integration was changed."
    ARCHIVE_INTEGRATION = "archive_integration", "Інтеграцію передано в архів.", "The integration was archived."
    RESTORE_INTEGRATION = (
        "restore_integration",
        "Інтеграцію повернуто з архіву.",
        "The integration was brought back from the archive.",
    )
    CREATE_API_KEY = "create_api_key", "Ключ створено.", "A key was made."
    REVOKE_API_KEY = "revoke_api_key", "Ключ відкликано.", "A key was revoked."
    REVOKE_FOUND_KEY = "revoke_found_key", "Знайдений кимось ключ відкликано.", "A key that somebody found was revoked."

    FINISH_REMINDER = "finish_reminder", "Нагадування виконано.", "The reminder was done."
    PLAN_REMINDERS = "plan_reminders", "Нагадування сплановано.", "Reminders were planned."
    SEND_REMINDERS = "send_reminders", "Нагадування надіслано.", "Reminders were sent."
    ENSURE_FIRST_ADMINISTRATOR = (
        "ensure_first_administrator",
        "Створено першого адміністратора.",
        "The first administrator was made.",
    )
    LOAD_REFERENCE_DATA = "load_reference_data", "Довідники завантажено.", "The reference data was loaded."
    LOAD_SAMPLES = "load_samples", "Зразки завантажено.", "Samples were loaded."
    IMPORT_KATOTTG = "import_katottg", "Громади завантажено з кодифікатора.", "Hromadas were loaded from the codifier."
    IMPORT_TWIN_TOWNS = (
        "import_twin_towns",
        "Побратимства завантажено зі списку.",
        "Partnerships were loaded from a list of twin towns.",
    )
    REPLAY_ERASURES = (
        "replay_erasures",
        "Усі стирання повторено після відновлення бази.",
        "All erasures were repeated after a restore of the database.",
    )
    PURGE = "purge", "Дані зі спливлим строком вилучено.", "What had been kept long enough was removed."
    PURGED = (
        "purged",
        "Строк зберігання даних сплив, їх вилучено.",
        "The time to keep the data ran out and it was removed.",
    )

    CREATE_WEBHOOK = "create_webhook", "Підписку на події створено.", "The webhook was made."
    EDIT_WEBHOOK = "edit_webhook", "Підписку на події змінено.", "The webhook was changed."
    ARCHIVE_WEBHOOK = "archive_webhook", "Підписку на події передано в архів.", "The webhook was archived."
    RESTORE_WEBHOOK = (
        "restore_webhook",
        "Підписку на події повернуто з архіву.",
        "The webhook was brought back from the archive.",
    )
    VERIFY_WEBHOOK = "verify_webhook", "Адресу підписки перевірено.", "The address of the webhook was checked."
    DISABLE_WEBHOOK = "disable_webhook", "Підписку на події вимкнено.", "The webhook was turned off."
    ENABLE_WEBHOOK = "enable_webhook", "Підписку на події увімкнено.", "The webhook was turned on."
    ROTATE_WEBHOOK_SECRET = "rotate_webhook_secret", "Ключ підпису замінено.", "The signing key was replaced."
    PING_WEBHOOK = "ping_webhook", "Надіслано перевірне повідомлення.", "A test message was sent."
    RESEND_WEBHOOK_DELIVERY = (
        "resend_webhook_delivery",
        "Повідомлення надіслано ще раз.",
        "A message was sent once more.",
    )
    RESEND_DELIVERY = (
        "resend_delivery",
        "Попросили надіслати повідомлення ще раз.",
        "A message was asked to be sent once more.",
    )
    REPLAY_WEBHOOK_DELIVERIES = (
        "replay_webhook_deliveries",
        "Події за певний час надіслано ще раз.",
        "The events of some time were sent once more.",
    )
    REPLAY_DELIVERIES = (
        "replay_deliveries",
        "Попросили надіслати ще раз події за певний час.",
        "The events of some time were asked for once more.",
    )
    DELIVER_WEBHOOKS = "deliver_webhooks", "Доставлення подій.", "Events were delivered."

    CREATE_JOURNAL_EXPORT = (
        "create_journal_export",
        "Попросили про вивантаження журналу.",
        "An export of the journal was asked for.",
    )
    EXPORT_JOURNAL = "export_journal", "Вивантаження журналу підготовлено.", "An export of the journal was made."
    FETCH_JOURNAL_EXPORT = (
        "fetch_journal_export",
        "Вивантаження журналу завантажено.",
        "An export of the journal was fetched.",
    )
    JOURNAL_TAIL = "journal_tail", "Журнал переглянуто на сервері.", "The journal was read on the server."
    TEND_JOURNAL = "tend_journal", "Частини журналу впорядковано.", "The parts of the journal were tended."
    SEAL_JOURNAL = "seal_journal", "Журнал запечатано.", "The journal was sealed."
    VERIFY_JOURNAL = "verify_journal", "Печать журналу перевірено.", "The seal of the journal was verified."
    PUBLISH_CHECKPOINTS = "publish_checkpoints", "Контрольні точки оприлюднено.", "Checkpoints were published."
    TELL_WITNESS = "tell_witness", "Контрольну точку надіслано свідкові.", "A checkpoint was sent to the witness."
    DISPATCH_EVENTS = "dispatch_events", "Події розподілено між підписками.", "Events were handed to the webhooks."
    COUNT_USAGE = "count_usage", "Звернення інтеграцій полічено.", "The calls of integrations were counted."
    READ_KEYS = "read_keys", "Ключі підпису прочитано.", "The signing keys were read."
    LIST_KEYS = "list_keys", "Ключі підпису переглянуто.", "The signing keys were listed."
    ROTATE_KEYS = "rotate_keys", "Ключ підпису змінено.", "The signing key was rotated."
    REVOKE_KEY = "revoke_key", "Ключ підпису відкликано.", "A signing key was revoked."
    TEND_KEYS = "tend_keys", "Ключі підпису впорядковано.", "The signing keys were tended."
    CHECK_VAULT = "check_vault", "Сховище закритих даних перевірено.", "The vault was checked."
    RETENTION_REPORT = "retention_report", "Строки зберігання переглянуто.", "The times of keeping were reported."
    WRITE_LEDGER = "write_ledger", "Перелік стирань записано.", "The ledger of erasures was written."
    START_UP = "start_up", "Програму запущено.", "The program started."
