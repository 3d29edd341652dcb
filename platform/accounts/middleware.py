"""Who is logged in, found at the first look and not before."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.sessions import find_person
from core.http import HttpRequest


class LoginMiddleware:
    """Put on the request the person whose open log-in its session names; stands in for Django's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: find_person(request))
        return self.get_response(request)
