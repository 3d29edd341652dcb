"""Some pages ask for a proof of who sits there that is fresh: a stolen session must not change a log-in."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.sessions import current_login
from core.clock import utc_now
from core.http import HttpRequest

FRESH_FOR = timedelta(minutes=10)


def recent_login_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let nobody through whose log-in was not proved within ten minutes; the page is asked for again after the proof."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_confirm')}?{urlencode({'next': request.path_info})}")

    return guarded


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person has proved within ten minutes who they are."""
    login = current_login(request)
    return login is not None and utc_now() - login.confirmed_at < FRESH_FOR
