"""The one error of the embedded servers: what happened and what to do, ready to be printed."""

import sys


class EmbeddedError(Exception):
    """A local server could not be started, reached or stopped; the message is for the person at the terminal."""


def require_supported_system() -> None:
    """Refuse systems the embedded servers do not run on.

    Raises: EmbeddedError on Windows.
    """
    if sys.platform == "win32":
        raise EmbeddedError(
            "The embedded PostgreSQL and broker run on Linux and macOS. On Windows, use WSL 2, or set DATABASE_URL, "
            "BROKER_URL, CACHE_URL and EMAIL_URL to servers of your own. Nothing was changed."
        )
