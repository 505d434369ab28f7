"""Did the receiver itself say that it has exactly this text? A receipt's signature, made and checked.

What is signed: `receipt/1`, the message's id, the receipt's number, when it was received, and the SHA-256 of the text,
one a line. Either with the secret both sides share (`v1`, HMAC-SHA-256: proves it between the two), or with a key that
only the receiver has (`v1a`, Ed25519, RFC 8032: proves it to anybody, and anybody can check it with the public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SHARED, OWN = "v1", "v1a"
FORMAT = "receipt/1"


@dataclass(frozen=True)
class Asked:
    """What an endpoint's receipts must carry: nothing (`version` empty), or a signature by this secret or public key."""

    version: str = ""
    key: str = ""

    @property
    def shown(self) -> str:
        """What may be kept beside a receipt to find the key again: a public key itself, of a secret its fingerprint."""
        return self.key if self.version == OWN else hashlib.sha256(self.key.encode()).hexdigest()[:16]


NOTHING = Asked()


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def text_of(receipt: Mapping[str, str], *, body_sha256: str) -> bytes:
    """The bytes that are signed."""
    parts = (FORMAT, receipt.get("id", ""), receipt.get("receipt", ""), receipt.get("received_at", ""), body_sha256)
    return "\n".join(parts).encode()


def holds(receipt: Mapping[str, str], *, body_sha256: str, asked: Asked) -> bool:
    """Whether a receipt carries the signature that was asked for."""
    if not asked.version:
        return True
    version, _, given = receipt.get("signature", "").partition(",")
    if version != asked.version:
        return False
    try:
        signature, text = base64.b64decode(given, validate=True), text_of(receipt, body_sha256=body_sha256)
        if version == SHARED:
            return hmac.compare_digest(signature, _hmac(asked.key, text))
        Ed25519PublicKey.from_public_bytes(base64.b64decode(asked.key, validate=True)).verify(signature, text)
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def signed(receipt: Mapping[str, str], *, body_sha256: str, secret: str = "", private_key: str = "") -> str:
    """The signature of a receipt, as a receiver makes it; with a private key (base64, 32 bytes) where there is one."""
    text = text_of(receipt, body_sha256=body_sha256)
    if private_key:
        signature = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key)).sign(text)
        return f"{OWN},{base64.b64encode(signature).decode()}"
    return f"{SHARED},{base64.b64encode(_hmac(secret, text)).decode()}"


def new_pair() -> tuple[str, str]:
    """A fresh private key and its public key, both in base64."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(private.private_bytes_raw()).decode(), base64.b64encode(public).decode()


def is_public_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _hmac(secret: str, text: bytes) -> bytes:
    return hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), text, "sha256")
