"""Count each store's requests and those that failed, without a query in the request."""

from collections.abc import Callable

from django.http import HttpResponse

from console.traffic import count_request
from core.http import HttpRequest


class TrafficMiddleware:
    """Note for the request's store that it came, and whether it failed on our side; stands right inside the store."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.tenant is not None:
            count_request(tenant_id=request.tenant.pk, failed=response.status_code >= 500)
        return response
