"""What was written, by whom and why, as it happens."""

from app.trouble import Trouble


def tail() -> None:
    raise Trouble(uk="Журналу ще немає.", en="There is no journal yet.")
