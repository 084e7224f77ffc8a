"""What was done to organizations, people and what they do together."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

RECORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "create_organization": ("Організацію додано.", "The organization was added."),
        "edit_organization": ("Дані організації змінено.", "The organization was changed."),
        "undo_organization": (
            "Останню зміну даних організації скасовано.",
            "The last change of the organization was taken back.",
        ),
        "archive_organization": ("Організацію передано в архів.", "The organization was archived."),
        "restore_organization": (
            "Організацію повернуто з архіву.",
            "The organization was brought back from the archive.",
        ),
        "create_person": ("Картку особи додано.", "The person was added."),
        "edit_person": ("Картку особи змінено.", "The person was changed."),
        "undo_person": (
            "Останню зміну картки особи скасовано.",
            "The last change of the person was taken back.",
        ),
        "archive_person": ("Картку особи передано в архів.", "The person was archived."),
        "restore_person": (
            "Картку особи повернуто з архіву.",
            "The person was brought back from the archive.",
        ),
        "add_affiliation": ("Додано місце роботи.", "An affiliation was added."),
        "edit_affiliation": ("Дані про місце роботи змінено.", "An affiliation was changed."),
        "end_affiliation": ("Особа залишила організацію.", "The person left an organization."),
        "give_consent": ("Згоду надано.", "Consent was given."),
        "withdraw_consent": ("Згоду відкликано.", "Consent was withdrawn."),
        "export_personal_data": (
            "Підготовлено копію особистих даних.",
            "The personal data was put together for the person.",
        ),
        "personal_data_exported": (
            "Копію особистих даних видано.",
            "The personal data was handed out.",
        ),
        "erase_person": ("Особисті дані стерто.", "The personal data was erased."),
        "person_erased": (
            "Стирання особистих даних завершено.",
            "The erasure of personal data was completed.",
        ),
        "erasure_replayed": (
            "Стирання повторено після відновлення бази.",
            "The erasure was repeated after a restore of the database.",
        ),
        "add_document": ("Додано документ, що посвідчує особу.", "An identity document was added."),
        "edit_document": ("Дані документа, що посвідчує особу, змінено.", "An identity document was changed."),
        "remove_document": ("Документ, що посвідчує особу, вилучено.", "An identity document was removed."),
        "keep_particular": ("Записано відомості про особу.", "A particular of the person was recorded."),
        "remove_particular": ("Відомості про особу вилучено.", "A particular of the person was removed."),
        "reveal_identity": ("Закриті дані показано.", "Sealed data was revealed."),
        "find_by_document": (
            "Особу шукали за номером документа.",
            "Somebody searched by the number of a document.",
        ),
        "destroy_key": ("Ключ до закритих даних знищено.", "The key to the sealed data was destroyed."),
        "create_partnership": ("Партнерство розпочато.", "The partnership was opened."),
        "edit_partnership": ("Дані партнерства змінено.", "The partnership was changed."),
        "undo_partnership": (
            "Останню зміну даних партнерства скасовано.",
            "The last change of the partnership was taken back.",
        ),
        "move_partnership": (
            "Партнерство перейшло на інший етап.",
            "The partnership moved to another stage.",
        ),
        "change_partnership_track": (
            "Змінено, чи партнерство формальне.",
            "The partnership changed its track.",
        ),
        "change_partnership_status": (
            "Стан партнерства змінено.",
            "The status of the partnership changed.",
        ),
        "archive_partnership": ("Партнерство передано в архів.", "The partnership was archived."),
        "restore_partnership": (
            "Партнерство повернуто з архіву.",
            "The partnership was brought back from the archive.",
        ),
        "create_agreement": ("Документ додано.", "The agreement was added."),
        "edit_agreement": ("Дані документа змінено.", "The agreement was changed."),
        "undo_agreement": (
            "Останню зміну даних документа скасовано.",
            "The last change of the agreement was taken back.",
        ),
        "add_agreement_draft": ("Додано редакцію тексту.", "A version of the text was added."),
        "record_agreement_council_act": (
            "Записано рішення ради.",
            "The act of the council was recorded.",
        ),
        "submit_agreement": (
            "Документ подано до міністерства.",
            "The agreement was submitted to the ministry.",
        ),
        "record_agreement_ministry_decision": (
            "Записано рішення міністерства.",
            "The decision of the ministry was recorded.",
        ),
        "revise_agreement": (
            "Документ повернуто на доопрацювання.",
            "The agreement went back for revision.",
        ),
        "sign_agreement": ("Документ підписано.", "The agreement was signed."),
        "register_agreement": ("Документ зареєстровано.", "The agreement was registered."),
        "enter_agreement_into_force": (
            "Документ набрав чинності.",
            "The agreement entered into force.",
        ),
        "terminate_agreement": ("Дію документа припинено.", "The agreement was terminated."),
        "withdraw_agreement": ("Документ відкликано.", "The agreement was withdrawn."),
        "verify_agreement": ("Дані документа перевірено.", "The facts of the agreement were verified."),
        "end_terms": ("Строк дії документа сплив.", "The term of the agreement ran out."),
        "archive_agreement": ("Документ передано в архів.", "The agreement was archived."),
        "restore_agreement": (
            "Документ повернуто з архіву.",
            "The agreement was brought back from the archive.",
        ),
        "create_project": ("Проєкт додано.", "The project was added."),
        "edit_project": ("Дані проєкту змінено.", "The project was changed."),
        "undo_project": (
            "Останню зміну даних проєкту скасовано.",
            "The last change of the project was taken back.",
        ),
        "change_project_status": ("Статус проєкту змінено.", "The status of the project changed."),
        "archive_project": ("Проєкт передано в архів.", "The project was archived."),
        "restore_project": ("Проєкт повернуто з архіву.", "The project was brought back from the archive."),
        "create_delegation": ("Делегацію додано.", "The delegation was added."),
        "edit_delegation": ("Дані делегації змінено.", "The delegation was changed."),
        "undo_delegation": (
            "Останню зміну даних делегації скасовано.",
            "The last change of the delegation was taken back.",
        ),
        "change_delegation_status": (
            "Статус делегації змінено.",
            "The status of the delegation changed.",
        ),
        "archive_delegation": ("Делегацію передано в архів.", "The delegation was archived."),
        "restore_delegation": (
            "Делегацію повернуто з архіву.",
            "The delegation was brought back from the archive.",
        ),
    }
)
