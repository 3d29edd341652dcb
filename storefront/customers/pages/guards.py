"""What the pages of an account share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from core.http import HttpRequest
from core.returning import page_asked_for
from storefront.customers.sessions import FRESH_KEY

PROVEN_KEY = "customer_proven_at"
PROVEN_FOR = timedelta(minutes=15)

View = Callable[..., HttpResponseBase]


def signed_in_only(view: View) -> View:
    """Send visitors to the sign-in page and back again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.customer is None:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': page_asked_for(request)})}")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def show(request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page of `customers/`; 422 where it says that something is wrong."""
    return render(request, f"customers/{page}.html", context, status=status, using="jinja2")


def safe_target(request: HttpRequest) -> str:
    """Return where to go after signing in: ?next= if it is an address on this host, else the account."""
    target = str(request.POST.get("next", request.GET.get("next", "")))
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None) and len(target) <= 200:
        return target
    return reverse("account")


def is_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Tell whether somebody signed in here in the last quarter of an hour, by whatever way."""
    stamp = request.session.get(FRESH_KEY, 0)
    return bool(now.timestamp() - stamp < PROVEN_FOR.total_seconds())


def was_proven(request: HttpRequest, *, now: datetime) -> bool:
    """Tell whether this session proved the customer's address in the last quarter of an hour."""
    stamp = request.session.get(PROVEN_KEY, 0)
    return bool(now.timestamp() - stamp < PROVEN_FOR.total_seconds())
