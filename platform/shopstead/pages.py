"""The platform's front page, and the pages that tell machines how it is."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from billing.plans.selectors import currency_of, find_lowest_price
from core.errors import Forbidden
from core.http import HttpRequest
from tenants.selectors import find_demo_url


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    currency = currency_of(get_language() or "en")
    context = {"lowest": find_lowest_price(currency=currency), "currency": currency, "demo_url": find_demo_url()}
    return render(request, "shopstead/home.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in the project's own words that a form was too old or came from elsewhere."""
    error = Forbidden(
        _(
            "This form was open for too long, or cookies are off. Go back, reload the page and send it again; nothing was changed."
        )
    )
    return render(request, "ui/error.html", {"error": error}, status=403)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """A request would succeed: the database and the cache answer."""
    checks = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tenants_tenant LIMIT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("readyz", 1, timeout=5)
        return bool(cache.get("readyz") == 1)
    except Exception:
        return False


urlpatterns = [
    path("", home, name="site_home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
