"""A passkey in software: it makes real attestations ("none") and assertions, and lies where a test tells it to."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN: Final = "http://localhost:8000"
PRESENT: Final = 0x01
VERIFIED: Final = 0x04
ATTESTED: Final = 0x40


@dataclass
class Authenticator:
    """One credential. `origin`, `rp_id`, `is_verified`, `count` and `user_handle` are what it claims."""

    origin: str = ORIGIN
    rp_id: str | None = None
    is_verified: bool = True
    count: int = 0
    user_handle: bytes | None = None
    is_framed: bool = False
    transports: list[str] = field(default_factory=lambda: ["internal", "hybrid"])
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to creation options."""
        self.rp_id = self.rp_id or options["rp"]["id"]
        self.user_handle = read(options["user"]["id"])
        data = self._data(ATTESTED) + bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        attested = {"fmt": "none", "attStmt": {}, "authData": data + self._public_key()}
        return self._credential(
            clientDataJSON=written(self._client_data("webauthn.create", options)),
            attestationObject=written(cbor2.dumps(attested)),
            transports=self.transports,
        )

    def get(self, options: dict[str, Any], **lies: str) -> dict[str, Any]:
        """The answer to request options; the count goes on by one. `lies` replace parts of the answer."""
        self.count += 1
        client_data, data = self._client_data("webauthn.get", options), self._data()
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "clientDataJSON": written(client_data),
            "authenticatorData": written(data),
            "signature": written(signature),
        }
        if self.user_handle is not None:
            said["userHandle"] = written(self.user_handle)
        return self._credential(**said | lies)

    def _credential(self, **response: Any) -> dict[str, Any]:
        id = written(self.credential_id)
        about = {"type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {}}
        return {"id": id, "rawId": id, "response": response} | about

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": self.is_framed}
        return json.dumps(said).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return hashlib.sha256((self.rp_id or "").encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")
