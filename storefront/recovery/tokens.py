"""What the links in a reminder carry: the number of the cart left behind, signed for this store and one purpose."""

from django.utils.crypto import constant_time_compare, salted_hmac

from core.tenancy import current_schema

RETURN, STOP = "return", "stop"
_SIGNS = 40


def make_token(*, abandoned_id: int, nonce: str, purpose: str) -> str:
    """Return the token of a link."""
    told = f"{current_schema()}:{purpose}:{abandoned_id}:{nonce}"
    return f"{abandoned_id}-{salted_hmac('storefront.recovery', told, algorithm='sha256').hexdigest()[:_SIGNS]}"


def read_id(token: str) -> int | None:
    """Return the number in a token, which proves nothing yet."""
    number, dash, _sign = token.partition("-")
    return int(number) if dash and number.isascii() and number.isdigit() and len(number) < 19 else None


def is_right(token: str, *, abandoned_id: int, nonce: str, purpose: str) -> bool:
    """Tell whether a token is the one that was mailed."""
    return constant_time_compare(make_token(abandoned_id=abandoned_id, nonce=nonce, purpose=purpose), token)
