"""Notes as others write and read them."""

from datetime import UTC, datetime

import pytest

from app.rules import checkpoints
from app.rules.checkpoints import BadNote, Checkpoint, Key, Signer

AT = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
SIGNER = Signer("pobratym.example", bytes(range(32)))
KNOWN = checkpoints.keys([SIGNER.key])
FOUND = Checkpoint("pobratym.example", 42, b"\1" * 32, AT)
NOTE = SIGNER.signed(FOUND.text)

# The example of golang.org/x/mod/sumdb/note: a key and a text that were signed elsewhere.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def test_a_checkpoint_is_written_as_the_standard_says() -> None:
    root = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

    assert FOUND.text == f"pobratym.example\n42\n{root}\ntime 2026-11-23T10:00:30Z\n"
    assert NOTE.startswith(f"{FOUND.text}\n— pobratym.example ")
    assert checkpoints.checked(NOTE, KNOWN) == FOUND
    assert checkpoints.file_name(FOUND) == "checkpoints/2026-11-23/000000000042-01010101.note"


def test_a_note_that_was_signed_elsewhere_is_read() -> None:
    key = Key.parsed(PETER)

    text, signer = checkpoints.opened(PETERS, checkpoints.keys([key]))

    assert (str(key), signer, text) == (PETER, key, PETERS.partition("\n\n")[0] + "\n")


def test_a_key_survives_being_written_down() -> None:
    assert Key.parsed(f" {SIGNER.key}\n") == SIGNER.key


def test_a_second_signature_does_no_harm() -> None:
    other = Signer("witness", b"\2" * 32).signed(FOUND.text).rpartition("\n\n")[2]

    assert checkpoints.checked(NOTE + other, KNOWN) == FOUND
    assert checkpoints.checked(NOTE.replace("\n\n", f"\n\n{other}"), KNOWN) == FOUND


@pytest.mark.parametrize(
    "note",
    [
        "",
        "nothing",
        FOUND.text,
        NOTE.replace("42", "43"),
        NOTE.replace("— pobratym.example", "— pobratym.elsewhere"),
        NOTE.replace("— ", "- "),
        NOTE[:-10] + "AAAAAAAA=\n",
        Signer("pobratym.example", b"\3" * 32).signed(FOUND.text),
        SIGNER.signed(Checkpoint("another.journal", 42, FOUND.root, AT).text),
        SIGNER.signed(FOUND.text.replace("time ", "day ")),
        SIGNER.signed(FOUND.text.replace("\n42\n", "\n042\n")),
        SIGNER.signed(FOUND.text.replace("\n42\n", "\nmany\n")),
        SIGNER.signed("pobratym.example\n"),
    ],
)
def test_what_is_no_checkpoint_of_ours_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        checkpoints.checked(note, KNOWN)


@pytest.mark.parametrize(
    "text", ["", "a+b+c", PETER[:-4], PETER.replace("c74f", "c74e"), PETER.replace("+A", "+B"), "ключ"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Key.parsed(text)
