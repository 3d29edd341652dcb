"""Who the shopper is: `request.customer`, from this store's own session."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from storefront.customers.selectors import find_customer

SESSION_KEY = "customer_id"


class CustomerMiddleware:
    """Put the signed-in customer on the request, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.customer = None
        if request.tenant is not None and request.session.get(SESSION_KEY):
            request.customer = find_customer(request.session[SESSION_KEY])
        return self.get_response(request)
