"""Who the shopper is: `request.customer`, from this store's own session."""

from collections.abc import Callable

from django.http import HttpResponse

from core.http import HttpRequest
from storefront.customers.sessions import HASH_KEY, SESSION_KEY, find_signed_in

__all__ = ["HASH_KEY", "SESSION_KEY", "CustomerMiddleware"]


class CustomerMiddleware:
    """Put the signed-in customer on the request, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.customer = find_signed_in(request) if request.tenant is not None else None
        return self.get_response(request)
