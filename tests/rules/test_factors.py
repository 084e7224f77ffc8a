import pytest

from app.rules import factors
from app.rules.factors import Held
from app.vocabulary import FactorKind, Role


@pytest.mark.parametrize(
    ("held", "second", "proofs"),
    [
        (Held(), [], [FactorKind.PASSWORD]),
        (Held(has_password=False), [], []),
        (Held(recovery_codes=10), [], [FactorKind.PASSWORD]),
        (Held(has_totp=True), [FactorKind.TOTP], [FactorKind.TOTP]),
        (
            Held(has_totp=True, passkeys=2, recovery_codes=1),
            [FactorKind.PASSKEY, FactorKind.TOTP, FactorKind.RECOVERY_CODE],
            [FactorKind.PASSKEY, FactorKind.TOTP, FactorKind.RECOVERY_CODE],
        ),
    ],
)
def test_a_password_proves_nothing_more_for_who_has_a_factor(
    held: Held, second: list[FactorKind], proofs: list[FactorKind]
) -> None:
    assert (held.second, held.proofs) == (second, proofs)


@pytest.mark.parametrize(
    ("step", "last", "is_new"), [(10, None, True), (10, 9, True), (10, 10, False), (10, 11, False), (0, 0, False)]
)
def test_a_step_is_taken_once_and_none_before_it(step: int, last: int | None, is_new: bool) -> None:
    assert factors.is_new_step(step, last) is is_new


@pytest.mark.parametrize(
    ("seen", "known", "is_suspect"),
    [(0, 0, False), (1, 0, False), (6, 5, False), (5, 5, True), (4, 5, True), (0, 5, True)],
)
def test_a_device_that_counts_must_count_on(seen: int, known: int, is_suspect: bool) -> None:
    assert factors.is_suspect(seen, known) is is_suspect


def test_the_last_factor_stays_where_a_role_needs_one() -> None:
    found = [
        [each.code for each in factors.removal_objections(is_required=required, left=left)]
        for required, left in [(True, 0), (True, 1), (False, 0)]
    ]

    assert found == [["last_factor"], [], []]


def test_a_role_without_a_name_needs_nothing() -> None:
    needing = {Role.ADMINISTRATOR}

    assert factors.is_required([None, Role.ANALYST, Role.ADMINISTRATOR], needing)
    assert not factors.is_required([None, Role.ANALYST], needing)


def test_a_recovery_code_is_read_as_it_was_meant() -> None:
    spelt = factors.spelt("0123456789ABCDEF")

    assert spelt == "0123-4567-89AB-CDEF"
    assert factors.read(f" {spelt.lower()} ") == "0123456789ABCDEF"
    assert factors.read("OI23 4567 89ab cdef") == factors.read("0l23-4567-89AB-CDEF") == "0123456789ABCDEF"


def test_a_recovery_code_has_eighty_bits() -> None:
    assert len(set(factors.ALPHABET)) == 32
    assert set(factors.ALPHABET) == set(factors.read(factors.ALPHABET))
    assert factors.LETTERS * 5 >= 80
