"""The Merkle tree of RFC 9162 (and 6962): hashes over ranges of leaves, proofs, and their check.

A `Spot` is a subtree that is full: the leaves from `number << level` on, as many as `1 << level`. Of the full ones only
those of every fourth level are kept; any other hash is made of at most eight of them.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

KEPT_EACH: Final = 4
EMPTY: Final = hashlib.sha256(b"").digest()


class Spot(NamedTuple):
    level: int
    number: int


class Range(NamedTuple):
    """The leaves from `start` to before `end`, as the tree splits them."""

    start: int
    end: int

    @property
    def is_full(self) -> bool:
        return (self.end - self.start).bit_count() == 1

    @property
    def spot(self) -> Spot:
        level = (self.end - self.start).bit_length() - 1
        return Spot(level, self.start >> level)

    def halves(self) -> tuple["Range", "Range"]:
        middle = self.start + _split(self.end - self.start)
        return Range(self.start, middle), Range(middle, self.end)


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\0" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def is_kept(spot: Spot) -> bool:
    return spot.level % KEPT_EACH == 0


def _split(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << ((count - 1).bit_length() - 1)


def needed(wanted: Range) -> Iterator[Spot]:
    """The kept spots of which the hash of a range is made."""
    if wanted.start == wanted.end:
        return
    if wanted.is_full and is_kept(wanted.spot):
        yield wanted.spot
        return
    for half in wanted.halves():
        yield from needed(half)


def hash_of(wanted: Range, found: Mapping[Spot, bytes]) -> bytes:
    if wanted.start == wanted.end:
        return EMPTY
    if wanted.is_full and wanted.spot in found:
        return found[wanted.spot]
    if wanted.end - wanted.start == 1:
        raise KeyError(wanted.spot)
    left, right = wanted.halves()
    return node(hash_of(left, found), hash_of(right, found))


def peaks(size: int) -> list[Range]:
    """The full subtrees of a tree, from the largest to the smallest."""
    found, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append(Range(start, start + (1 << level)))
            start += 1 << level
    return found


def inclusion(position: int, size: int) -> list[Range]:
    """The ranges whose hashes prove the leaf at a position, from the leaf up (RFC 9162, 2.1.3.1)."""
    path, within = [], Range(0, size)
    while within.end - within.start > 1:
        left, right = within.halves()
        within, beside = (left, right) if position < left.end else (right, left)
        path.append(beside)
    return path[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """The ranges whose hashes prove that the old tree is the beginning of the new one (RFC 9162, 2.1.4.1)."""
    path, within = [], Range(0, new)
    while old not in {0, new} and within.end != old:
        left, right = within.halves()
        within, beside = (left, right) if old <= left.end else (right, left)
        path.append(beside)
    if within.start > 0:
        path.append(within)
    return path[::-1]


class Growing:
    """A tree to which leaves are added: it remembers one hash for each of its full subtrees."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(hashes)

    def add(self, hashed: bytes) -> Iterator[tuple[Spot, bytes]]:
        """The kept spots above the leaf that it made full."""
        level, number = 0, self.size
        while number & 1:
            hashed = node(self._peaks.pop(), hashed)
            level, number = level + 1, number >> 1
            if is_kept(spot := Spot(level, number)):
                yield spot, hashed
        self._peaks.append(hashed)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        *others, root = self._peaks
        for left in reversed(others):
            root = node(left, root)
        return root


def is_included(hashed: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= position < size:
        return False
    place, last = position, size - 1
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node(beside, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root
