import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sealing import Key, Place, Ring, Unreadable, blind, new_key, seal, unseal
from app.settings import Database, Settings, Vault
from app.settings import vault_pairs as pairs

HERE = Place("identity_documents", "number_sealed", UUID(int=7))
OTHERS = (
    Place("particulars", "number_sealed", UUID(int=7)),
    Place("identity_documents", "issuer_sealed", UUID(int=7)),
    Place("identity_documents", "number_sealed", UUID(int=8)),
)
KEY = new_key()
NUMBER = "FA123456"
SEALED = seal(KEY, HERE, NUMBER.encode())
SECRET = "a secret that is as long as it has to be"


def encoded(fill: int) -> str:
    return base64.b64encode(bytes([fill]) * 32).decode()


@given(st.text())
def test_whatever_is_sealed_opens_as_it_was(text: str) -> None:
    plain = text.encode("utf-8", "surrogatepass")

    assert unseal(KEY, HERE, seal(KEY, HERE, plain)) == plain


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal(KEY, HERE, NUMBER.encode()) != seal(KEY, HERE, NUMBER.encode())


def test_the_length_of_a_short_text_is_not_told() -> None:
    assert len({len(seal(KEY, HERE, text.encode())) for text in ("F", "M", NUMBER, "без глютену")}) == 1


def test_a_sealed_text_names_its_form_and_its_key() -> None:
    version, name, nonce, text = seal(KEY, HERE, NUMBER.encode()).split(".")

    assert (version, name, len(nonce)) == ("v1", KEY.id, 16)
    assert NUMBER not in base64.urlsafe_b64decode(text + "==").decode("latin-1")


@pytest.mark.parametrize("place", OTHERS)
def test_in_another_place_it_does_not_open(place: Place) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, place, seal(KEY, HERE, NUMBER.encode()))


@pytest.mark.parametrize("other", [new_key(), Key(KEY.id, bytes(32)), Key("another", KEY.secret)])
def test_with_another_key_it_does_not_open(other: Key) -> None:
    with pytest.raises(Unreadable):
        unseal(other, HERE, seal(KEY, HERE, NUMBER.encode()))


@given(st.data())
def test_a_changed_text_does_not_open(data: st.DataObject) -> None:
    sealed = SEALED
    place = data.draw(st.integers(0, len(sealed) - 1))
    # The last two bits of the last letter mean nothing in base64.
    letter = data.draw(st.sampled_from("Ag.~0").filter(lambda each: each != sealed[place]))
    changed = sealed[:place] + letter + sealed[place + 1 :]

    try:
        opened = unseal(KEY, HERE, changed)
    except Unreadable:
        return
    assert (opened, place) == (NUMBER.encode(), len(sealed) - 1)


@pytest.mark.parametrize("text", ["", "v1", "v1...", "v1.k.AAAA.AAAA", "v2.k.n.c", "FA123456", "v1.k.é.ї", "." * 9])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(Unreadable):
        unseal(Key("k", KEY.secret), HERE, text)


def test_a_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"Key(id='{KEY.id}')"


def test_a_blind_index_is_the_same_for_the_same_and_tells_nothing_without_its_secret() -> None:
    one = blind(b"one", NUMBER)

    assert (one, len(one)) == (blind(b"one", NUMBER), 16)
    assert len({one, blind(b"two", NUMBER), blind(b"one", "FA123457")}) == 3


def test_the_first_named_key_seals_and_the_one_of_the_secret_still_opens() -> None:
    named = f"k2:{encoded(2)}, k1:{encoded(1)}"
    keys = Ring.of(Settings(database=Database(), secret=SECRET, vault=Vault(keys=named)))

    assert (list(keys), keys.newest) == (["k2", "k1", "master"], Key("k2", bytes([2]) * 32))


def test_without_named_keys_the_secret_makes_one() -> None:
    ones = [Ring.of(Settings(database=Database(), secret=secret)) for secret in (SECRET, SECRET, SECRET[::-1])]

    assert [list(one) for one in ones] == [["master"]] * 3
    assert ones[0].newest == ones[1].newest != ones[2].newest
    assert len(ones[0].newest.secret) == 32


@pytest.mark.parametrize(
    "text",
    [
        "k1",
        "k1:",
        f":{encoded(1)}",
        f"K1:{encoded(1)}",
        f"master:{encoded(1)}",
        f"k1:{encoded(1)[:20]}",
        f"k1:{encoded(1)}!",
        f"k.1:{encoded(1)}",
        f"k1:{encoded(1)},k1:{encoded(2)}",
        f"k1:{encoded(1)},",
    ],
)
def test_keys_that_are_not_written_well_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="each key") as refused:
        pairs(text)
    assert encoded(1)[:10] not in str(refused.value)


def test_both_alphabets_of_base64_are_read() -> None:
    url_safe = base64.urlsafe_b64encode(b"\xff" * 32).rstrip(b"=").decode()

    assert pairs(f"k1:{url_safe}") == [("k1", b"\xff" * 32)]
