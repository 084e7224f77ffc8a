"""Our tree against the referee, for every size from 1 to 70 and every position and beginning in it."""

import pytest

from app.rules import merkle
from app.rules.merkle import Growing, Range, Spot
from tests.support import merkle_reader as referee

SIZES = range(1, 71)
ENTRIES = [f"entry {number}".encode() for number in range(71)]
LEAVES = [merkle.leaf(each) for each in ENTRIES]


def kept(size: int) -> dict[Spot, bytes]:
    """What is stored of a tree: the leaves, and of what is above them every fourth level."""
    tree, found = Growing(), {Spot(0, number): hashed for number, hashed in enumerate(LEAVES[:size])}
    for hashed in LEAVES[:size]:
        found |= dict(tree.add(hashed))
    return found


STORED = kept(70)


def hashes(ranges: list[Range]) -> list[bytes]:
    return [merkle.hash_of(each, STORED) for each in ranges]


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    tree = Growing()
    for hashed in LEAVES[:size]:
        list(tree.add(hashed))
    again = Growing(size, hashes(merkle.peaks(size)))

    assert tree.root == again.root == merkle.hash_of(Range(0, size), STORED) == referee.tree_hash(ENTRIES[:size])


def test_the_root_of_nothing_is_that_of_the_rfc() -> None:
    assert Growing().root == merkle.hash_of(Range(0, 0), {}) == referee.tree_hash([])


@pytest.mark.parametrize("size", SIZES)
def test_each_leaf_is_proved_as_the_rfc_proves_it(size: int) -> None:
    root = referee.tree_hash(ENTRIES[:size])
    for position in range(size):
        path = hashes(merkle.inclusion(position, size))

        assert path == referee.audit_path(position, ENTRIES[:size])
        assert referee.root_of_path(LEAVES[position], position, size, path) == root
        assert merkle.is_included(LEAVES[position], position, size, path, root)


@pytest.mark.parametrize("size", [1, 2, 7, 16, 33, 70])
def test_no_leaf_is_proved_where_it_is_not(size: int) -> None:
    root = referee.tree_hash(ENTRIES[:size])
    for position in range(size):
        path = hashes(merkle.inclusion(position, size))
        others = [place for place in range(-1, size + 1) if place != position]

        assert not merkle.is_included(LEAVES[70], position, size, path, root)
        assert not merkle.is_included(LEAVES[position], position, size, [*path, root], root)
        assert not any(merkle.is_included(LEAVES[position], place, size, path, root) for place in others)


@pytest.mark.parametrize("new", SIZES)
def test_every_beginning_is_proved_as_the_rfc_proves_it(new: int) -> None:
    root = referee.tree_hash(ENTRIES[:new])
    for old in range(1, new + 1):
        path, begun = hashes(merkle.consistency(old, new)), referee.tree_hash(ENTRIES[:old])

        assert path == referee.proof(old, ENTRIES[:new])
        assert referee.roots_of_proof(old, new, path, begun) == (begun, root)


def test_of_the_nodes_one_for_each_fifteen_leaves_is_kept() -> None:
    assert [spot for spot in STORED if spot.level] == [Spot(4, number) for number in range(4)]
    assert max(len(list(merkle.needed(Range(0, size)))) for size in SIZES) <= 20
