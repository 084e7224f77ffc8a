"""Texts that say nothing to whoever reads them: how bytes are written as one, and what is kept of a secret one."""

import base64
import hashlib


def text64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes64(text: str) -> bytes:
    """ValueError for what was never written like this."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def digest(secret: str) -> bytes:
    """Beyond 112 random bits a plain digest is as good as a slow one (ASVS 5.0, 6.5.2)."""
    return hashlib.sha256(secret.encode()).digest()
