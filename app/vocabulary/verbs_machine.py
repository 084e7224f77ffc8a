"""What the system did, and what was done to its journal, webhooks and reminders."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MACHINE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "finish_reminder": ("Нагадування виконано.", "The reminder was done."),
        "plan_reminders": ("Нагадування сплановано.", "Reminders were planned."),
        "ensure_first_administrator": (
            "Створено першого адміністратора.",
            "The first administrator was made.",
        ),
        "load_reference_data": ("Довідники завантажено.", "The reference data was loaded."),
        "load_samples": ("Зразки завантажено.", "Samples were loaded."),
        "import_katottg": ("Громади завантажено з кодифікатора.", "Hromadas were loaded from the codifier."),
        "import_twin_towns": (
            "Побратимства завантажено зі списку.",
            "Partnerships were loaded from a list of twin towns.",
        ),
        "replay_erasures": (
            "Усі стирання повторено після відновлення бази.",
            "All erasures were repeated after a restore of the database.",
        ),
        "purge": ("Дані зі спливлим строком вилучено.", "What had been kept long enough was removed."),
        "purged": (
            "Строк зберігання даних сплив, їх вилучено.",
            "The time to keep the data ran out and it was removed.",
        ),
        "create_webhook": ("Підписку на події створено.", "The webhook was made."),
        "edit_webhook": ("Підписку на події змінено.", "The webhook was changed."),
        "archive_webhook": ("Підписку на події передано в архів.", "The webhook was archived."),
        "restore_webhook": (
            "Підписку на події повернуто з архіву.",
            "The webhook was brought back from the archive.",
        ),
        "verify_webhook": ("Адресу підписки перевірено.", "The address of the webhook was checked."),
        "disable_webhook": ("Підписку на події вимкнено.", "The webhook was turned off."),
        "enable_webhook": ("Підписку на події увімкнено.", "The webhook was turned on."),
        "rotate_webhook_secret": ("Ключ підпису замінено.", "The signing key was replaced."),
        "ping_webhook": ("Надіслано перевірне повідомлення.", "A test message was sent."),
        "resend_webhook_delivery": (
            "Повідомлення надіслано ще раз.",
            "A message was sent once more.",
        ),
        "resend_delivery": (
            "Попросили надіслати повідомлення ще раз.",
            "A message was asked to be sent once more.",
        ),
        "replay_webhook_deliveries": (
            "Розпочато повторення подій за певний час.",
            "The events of some time began to be sent once more.",
        ),
        "replay_deliveries": (
            "Попросили надіслати ще раз події за певний час.",
            "The events of some time were asked for once more.",
        ),
        "run_operations": ("Тривалу операцію виконано.", "A long operation was carried out."),
        "cancel_operation": ("Тривалу операцію скасовано.", "A long operation was cancelled."),
        "deliver_webhooks": ("Доставлення подій.", "Events were delivered."),
        "create_journal_export": (
            "Попросили про вивантаження журналу.",
            "An export of the journal was asked for.",
        ),
        "export_journal": ("Вивантаження журналу підготовлено.", "An export of the journal was made."),
        "fetch_journal_export": (
            "Вивантаження журналу завантажено.",
            "An export of the journal was fetched.",
        ),
        "journal_tail": ("Журнал переглянуто на сервері.", "The journal was read on the server."),
        "tend_journal": ("Частини журналу впорядковано.", "The parts of the journal were tended."),
        "seal_journal": ("Журнал запечатано.", "The journal was sealed."),
        "verify_journal": ("Печать журналу перевірено.", "The seal of the journal was verified."),
        "publish_checkpoints": ("Контрольні точки оприлюднено.", "Checkpoints were published."),
        "tell_witness": ("Контрольну точку надіслано свідкові.", "A checkpoint was sent to the witness."),
        "dispatch_events": ("Події розподілено між підписками.", "Events were handed to the webhooks."),
        "count_usage": ("Звернення інтеграцій полічено.", "The calls of integrations were counted."),
        "read_keys": ("Ключі підпису прочитано.", "The signing keys were read."),
        "list_keys": ("Ключі підпису переглянуто.", "The signing keys were listed."),
        "rotate_keys": ("Ключ підпису змінено.", "The signing key was rotated."),
        "revoke_key": ("Ключ підпису відкликано.", "A signing key was revoked."),
        "tend_keys": ("Ключі підпису впорядковано.", "The signing keys were tended."),
        "check_vault": ("Сховище закритих даних перевірено.", "The vault was checked."),
        "retention_report": ("Строки зберігання переглянуто.", "The times of keeping were reported."),
        "write_ledger": ("Перелік стирань записано.", "The ledger of erasures was written."),
        "start_up": ("Програму запущено.", "The program started."),
    }
)
