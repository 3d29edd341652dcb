"""Keep the seeds of codes so that the database alone does not give them away."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal_secret(text: str) -> str:
    """Encrypt with a key made from SECRET_KEY (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _keys().encrypt(text.encode()).decode()


def open_secret(sealed: str) -> str:
    """Decrypt what was sealed with SECRET_KEY or one of SECRET_KEY_FALLBACKS.

    Raises: cryptography.fernet.InvalidToken when it was sealed with another key.
    """
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.second-step").derive(secret.encode())
    return base64.urlsafe_b64encode(key)
