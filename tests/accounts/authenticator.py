"""A passkey in software: what a browser and its authenticator answer (Web Authentication Level 3, sections 6 and 7)."""

import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One key pair for one site. ``origin`` is what the browser says of the page; ``count`` is what it has signed."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = 0

    def create(self, options: str, **over: Any) -> str:
        """The answer to ``navigator.credentials.create``."""
        asked = json.loads(options)
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"], over)
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: str, **over: Any) -> str:
        """The answer to ``navigator.credentials.get``."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(asked["rpId"], over.pop("flags", PRESENT | VERIFIED))
        client = self._client("webauthn.get", asked["challenge"], over)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, over: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin} | over).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        told = {name: bytes_to_base64url(value) for name, value in response.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
