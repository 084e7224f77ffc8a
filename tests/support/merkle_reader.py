"""The Merkle tree of RFC 6962 as its section 2.1 defines it, written from the text alone: the referee of ours."""

import hashlib


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def tree_hash(entries: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not entries:
        return digest(b"")
    if len(entries) == 1:
        return digest(b"\x00" + entries[0])
    k = split(len(entries))
    return digest(b"\x01" + tree_hash(entries[:k]) + tree_hash(entries[k:]))


def audit_path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*audit_path(m, entries[:k]), tree_hash(entries[k:])]
    return [*audit_path(m - k, entries[k:]), tree_hash(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return subproof(m, entries, whole=True)


def subproof(m: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    n = len(entries)
    if m == n:
        return [] if whole else [tree_hash(entries)]
    k = split(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), tree_hash(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), tree_hash(entries[:k])]


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an audit path leads to from a leaf's hash, walking down as PATH does; None when it does not fit."""
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    k = split(size)
    *below, beside = path
    if index < k:
        left = root_of_path(leaf, index, k, below)
        return None if left is None else digest(b"\x01" + left + beside)
    right = root_of_path(leaf, index - k, size - k, below)
    return None if right is None else digest(b"\x01" + beside + right)


def roots_of_proof(old: int, new: int, path: list[bytes], old_root: bytes) -> tuple[bytes, bytes] | None:
    """The roots of the old and of the new tree that a consistency proof leads to, walking down as SUBPROOF does."""
    return _roots(old, new, path, old_root, whole=True)


def _roots(m: int, n: int, path: list[bytes], old_root: bytes, *, whole: bool) -> tuple[bytes, bytes] | None:
    if m == n:
        if whole:
            return (old_root, old_root) if not path else None
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    k = split(n)
    *below, beside = path
    if m <= k:
        found = _roots(m, k, below, old_root, whole=whole)
        return found and (found[0], digest(b"\x01" + found[1] + beside))
    found = _roots(m - k, n - k, below, old_root, whole=False)
    return found and (digest(b"\x01" + beside + found[0]), digest(b"\x01" + beside + found[1]))
