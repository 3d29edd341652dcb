"""The console is closed: only the platform's own people pass, and others learn nothing of it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from accounts.selectors import has_second_step
from core.http import HttpRequest
from core.returning import page_asked_for


class ConsoleMiddleware:
    """Let nobody below /console/ who is not of the platform's staff or, where it is asked for, has no second step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.tenant is None and request.path_info.startswith("/console"):
            if not request.user.is_authenticated:
                return redirect(f"/login/?{urlencode({'next': page_asked_for(request)})}")
            if not request.user.is_platform_staff:
                return page_not_found(request, Http404())
            if settings.CONSOLE_REQUIRES_MFA and not has_second_step(request.user.pk):
                messages.error(request, _("The console asks for a two-step log-in. Set it up here first."))
                return redirect("account")
        return self.get_response(request)
