"""The “… Undo” that the next page offers after something was done to many products."""

from core.http import HttpRequest

_KEY = "catalog_undo"


def offer_undo(request: HttpRequest, *, change_set_id: int, words: str, back: str) -> None:
    """Have the next list or grid say what was done, with a button that takes it back and returns to `back`."""
    request.session[_KEY] = {"change_set": change_set_id, "words": words, "back": back}


def undo_words(request: HttpRequest) -> str:
    """Return what was done, once; taking it back stays possible until something else is done."""
    left = request.session.get(_KEY)
    if not left or not left.get("words"):
        return ""
    request.session[_KEY] = {**left, "words": ""}
    return str(left["words"])


def pop_undo(request: HttpRequest) -> tuple[int | None, str]:
    """Return the change set that was offered and the address to return to, and forget them."""
    left = request.session.pop(_KEY, None) or {}
    return left.get("change_set"), left.get("back", "")
