"""What is kept of secrets that open something."""

import hashlib


def hash_secret(secret: str) -> str:
    """Return what is kept of a pass or of a browser's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
