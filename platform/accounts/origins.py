"""A passkey's answer counts only when the browser made it on the platform's own page."""

from typing import Any

from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData

from core.origin import platform_origin


def comes_from_platform(credential: Any) -> bool:
    """Tell whether a browser's answer was made on exactly our origin, and not inside another page.

    The domain of a passkey covers its subdomains, and on those merchants write pages: without this, one of them could ask
    for a log-in and pass it on (WebAuthn Level 3, 13.4.8). False as well for what is no answer at all.
    """
    try:
        answer = credential["response"]
        client = CollectedClientData(websafe_decode(answer["clientDataJSON"]))
        handle = answer.get("userHandle")
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return client.origin == platform_origin() and client.cross_origin is False and isinstance(handle, str | None)
