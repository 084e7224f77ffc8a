"""The command line: each command calls one function."""

import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.commands.loading import verbs
from app.trouble import Trouble, told

program = typer.Typer(
    name="pobratym",
    help=told(
        uk="Облік міжнародних партнерств Асоціації міст України.",
        en="The partnership CRM of the Association of Ukrainian Cities.",
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help=told(uk="Прочитати файл із даними.", en="Read a file of data."), no_args_is_help=True)
journal = typer.Typer(help=told(uk="Журнал змін.", en="The journal of changes."), no_args_is_help=True)
vault = typer.Typer(help=told(uk="Ключі до особистих даних.", en="The keys to personal data."), no_args_is_help=True)
keys = typer.Typer(
    help=told(uk="Ключі, якими підписано токени.", en="The keys that tokens are signed with."), no_args_is_help=True
)
program.add_typer(imports, name="import")
program.add_typer(keys, name="keys")
program.add_typer(journal, name="journal")
personal_data = typer.Typer(
    help=told(uk="Стирання особистих даних.", en="Erasures of personal data."), no_args_is_help=True
)
retention = typer.Typer(help=told(uk="Строки зберігання даних.", en="How long data is kept."), no_args_is_help=True)
program.add_typer(personal_data, name="personal-data")
program.add_typer(retention, name="retention")
program.add_typer(vault, name="vault")

Port = Annotated[int | None, typer.Option(min=0, max=65535, help=told(uk="Порт API.", en="The port of the API."))]
Host = Annotated[str | None, typer.Option(help=told(uk="Адреса, на якій слухати.", en="The address to listen on."))]
State = Annotated[
    Path | None,
    typer.Option(
        help=told(uk="Тека для даних і журналів.", en="The folder for data and logs."), show_default=".pobratym"
    ),
]
Demo = Annotated[bool, typer.Option("--demo", help=told(uk="Додати зразкові дані.", en="Add sample data."))]
Count = Annotated[
    int, typer.Option(min=1, max=1000, help=told(uk="Скільки записів показати.", en="How many entries to show."))
]
Input = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
From = Annotated[
    int,
    typer.Option(
        "--from",
        min=0,
        help=told(uk="Від якої контрольної точки (кількість записів).", en="From which checkpoint, by its size."),
    ),
]
SealKey = Annotated[
    str,
    typer.Option(
        "--key", help=told(uk="Відкритий ключ, як його показує journal key.", en="The key as journal key shows it.")
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(help=told(uk="Куди записати пропущені рядки.", en="Where to write the rows that were left out.")),
]
AtOnce = Annotated[
    bool,
    typer.Option("--now", help=told(uk="Підписувати ним уже зараз.", en="Sign with it from this moment on.")),
]
Check = Annotated[bool, typer.Option("--check", help=told(uk="Лише перевірити.", en="Only check."))]
Sql = Annotated[bool, typer.Option("--sql", help=told(uk="Лише показати SQL.", en="Only print the SQL."))]
Data = Annotated[
    bool,
    typer.Option("--data", help=told(uk="Також дати кожній особі новий ключ.", en="Give each person a new key, too.")),
]
Role = Annotated[str, typer.Option(help=told(uk="Роль людини.", en="What the person may do."))]
Who = Annotated[str | None, typer.Option(help=told(uk="Ім’я людини.", en="The person's name."))]
Oblast = Annotated[
    str | None,
    typer.Option(help=told(uk="Область, у якій діє роль.", en="The oblast in which the role holds.")),
]
Body = Annotated[
    str | None,
    typer.Option(help=told(uk="Організація, у якій діє роль.", en="The organization in which the role holds.")),
]
Ask = Annotated[
    bool,
    typer.Option("--ask-password", help=told(uk="Запитати пароль.", en="Ask for the password.")),
]


@program.command(help=told(uk="Запустити все на цій машині.", en="Run everything on this machine."))
def up(port: Port = None, host: Host = None, state: State = None, demo: Demo = False) -> None:
    verbs("up").up(port=port, host=host, state=state, demo=demo)


@program.command(
    help=told(uk="Виконати тести; решта слів іде до pytest.", en="Run the tests; further words go to pytest."),
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def test(context: typer.Context) -> None:
    verbs("testing").test(context.args)


@program.command(help=told(uk="Запустити лише API.", en="Run the API alone."))
def serve(port: Port = None, host: Host = None) -> None:
    verbs("serving").serve(port=port, host=host)


@program.command(help=told(uk="Запустити лише виконавця завдань.", en="Run the worker alone."))
def work() -> None:
    verbs("serving").work()


@program.command(help=told(uk="Оновити будову бази даних.", en="Bring the database to its newest shape."))
def migrate(check: Check = False, sql: Sql = False) -> None:
    database = verbs("database")
    if check:
        database.check()
    elif sql:
        database.write_sql()
    else:
        database.upgrade()


@imports.command("katottg", help=told(uk="Кодифікатор громад (XLSX).", en="The register of hromadas (XLSX)."))
def import_katottg(file: Input) -> None:
    verbs("imports").katottg(file)


@imports.command("twin-towns", help=told(uk="Список міст-побратимів (CSV).", en="A list of twin towns (CSV)."))
def import_twin_towns(file: Input, report: Report = None) -> None:
    verbs("imports").twin_towns(file, report=report)


@program.command(help=told(uk="Додати людину, яка може увійти.", en="Add a person who may sign in."))
def create_user(
    email: str,
    role: Role = "coordinator",
    name: Who = None,
    oblast: Oblast = None,
    organization: Body = None,
    ask_password: Ask = False,
) -> None:
    accounts = verbs("accounts")
    place = accounts.Place(oblast, organization)
    accounts.create_user(email, role=role, name=name, place=place, ask_password=ask_password)


@program.command(help=told(uk="Записати опис API у файл.", en="Write the description of the API to a file."))
def openapi(file: Annotated[Path | None, typer.Argument()] = None, check: Check = False) -> None:
    description = verbs("openapi")
    if check:
        description.check(file)
    else:
        description.write(file)


@program.command(help=told(uk="Записати каталог подій у документацію.", en="Write the catalogue of events."))
def events(check: Check = False) -> None:
    catalogue = verbs("events")
    if check:
        catalogue.check()
    else:
        catalogue.write()


@keys.command("list", help=told(uk="Показати ключі та їхній стан.", en="Show the keys and their state."))
def keys_list() -> None:
    verbs("keys").show()


@keys.command("rotate", help=told(uk="Зробити наступний ключ.", en="Make the next key."))
def keys_rotate(now: AtOnce = False) -> None:
    verbs("keys").rotate(at_once=now)


@keys.command("revoke", help=told(uk="Відкликати ключ: його токени вже не діють.", en="Revoke a key at once."))
def keys_revoke(kid: str) -> None:
    verbs("keys").revoke(kid)


@journal.command("tail", help=told(uk="Показати найновіші зміни.", en="Show the newest changes."))
def journal_tail(count: Count = 20) -> None:
    verbs("journal").tail(count)


@journal.command("verify", help=told(uk="Чи журнал той самий, що запечатано.", en="Check that nobody changed it."))
def journal_verify(start: From = 0) -> None:
    verbs("journal_seal").verify(start)


@journal.command("verify-file", help=told(uk="Перевірити файл журналу самим ключем.", en="Check an exported file."))
def journal_verify_file(file: Input, key: SealKey) -> None:
    verbs("journal_file").verify(file, key)


@journal.command(
    "archive", help=told(uk="Перенести у файли місяці, строк яких минув.", en="Move months that are over to files.")
)
def journal_archive(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=told(uk="Лише показати.", en="Only show them."))] = False,
) -> None:
    verbs("journal_archive").archive(dry_run=dry_run)


@journal.command("key", help=told(uk="Показати ключ, яким перевіряють журнал.", en="Show the key to check it with."))
def journal_key() -> None:
    verbs("journal_seal").key()


@vault.command("check", help=told(uk="Скільки осіб під кожним ключем.", en="How many people each key holds."))
def vault_check() -> None:
    verbs("vault").check()


@vault.command("rotate", help=told(uk="Запечатати все найновішим ключем.", en="Seal everything with the newest key."))
def vault_rotate(data: Data = False) -> None:
    verbs("vault").rotate(data=data)


@personal_data.command("ledger", help=told(uk="Показати реєстр стирань.", en="Write out the ledger of erasures."))
def personal_data_ledger() -> None:
    verbs("personal_data").ledger()


@personal_data.command(
    "replay-erasures",
    help=told(uk="Повторити стирання після відновлення бази.", en="Erase again after the database was restored."),
)
def personal_data_replay(file: Input) -> None:
    verbs("personal_data").replay(file)


@retention.command(
    "report", help=told(uk="Показати, що зберігається й що буде вилучено.", en="Show what is kept and what will go.")
)
def retention_report(count: Count = 20) -> None:
    verbs("retention").report(count)


def main() -> NoReturn:
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        sys.exit(program(prog_name="./pobratym", standalone_mode=False) or 0)
    except typer.TyperException as error:
        verbs("failures").misused(error)
    except Trouble as error:
        verbs("failures").give_up(str(error))
    except typer.Abort:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last door: a sentence here, the traceback in the log
        verbs("failures").unexpected(error)
    raise SystemExit(1)


def leave(*_: object) -> NoReturn:
    """An ordinary exit, so that every `with` on the way out does its part."""
    sys.exit(128 + signal.SIGTERM)
