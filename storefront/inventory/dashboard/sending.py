"""Forms that change counts by a difference: sent twice they count once."""

from collections.abc import Callable
from datetime import datetime

from core.http import HttpRequest
from storefront.inventory.services import do_once


def send_once(request: HttpRequest, deed: Callable[[], str], *, now: datetime) -> str:
    """Carry out what the form asks for, once for each time that it was shown, and return the words for what it came to.

    Raises: StockRefused for one that was sent before with other numbers; what the deed raises.
    """
    sent = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return do_once(token=request.POST.get("once", ""), sent=[(request.path, []), *sent], now=now, deed=deed)
