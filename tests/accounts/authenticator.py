"""A passkey made of software: what a browser and its authenticator would answer, byte for byte."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
PRESENT_AND_VERIFIED = FLAG.UP | FLAG.UV


@dataclass
class SoftwarePasskey:
    """One key on one device; `origin` is the page that asks it."""

    origin: str = "http://localhost"
    verifies: bool = True
    inside_another_page: bool = False
    rp_id: str = "localhost"
    identifier: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: bytes = b""
    uses: int = 0

    def make(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.user_handle = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.identifier, public)
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), self._flags() | FLAG.AT, 0, credential)
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client("webauthn.create", asked["challenge"])),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            {"credProps": {"rk": True}},
        )

    def use(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.get`."""
        self.uses += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), self._flags(), self.uses)
        signature = self.key.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.user_handle),
            },
            {},
        )

    def _flags(self) -> AuthenticatorData.FLAG:
        return PRESENT_AND_VERIFIED if self.verifies else FLAG.UP

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin, cross_origin=self.inside_another_page)

    def _answer(self, response: dict[str, Any], extensions: dict[str, Any]) -> str:
        identifier = websafe_encode(self.identifier)
        return json.dumps(
            {
                "id": identifier,
                "rawId": identifier,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
                "authenticatorAttachment": "platform",
            }
        )
