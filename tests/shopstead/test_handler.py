"""A page for everybody is the same by the short chain of middleware as by the whole one, and asks nobody's session."""

from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from core.tenancy import in_tenant
from shopstead.handler import EverybodyHandler, NobodyMiddleware
from tenants.models import Tenant
from tests.shopstead.page_cache.test_queries import PAGES, furnish
from tests.shopstead.page_cache.visitor import Answer, visitor

# Whatever else is asked for everybody and answered by something that is no page.
FURTHER = ("/products/nothing-there/", "/pages/nothing-there/", "/products/?page=9999", "/collections/nothing-there/")
# What a page may do without, because it is the same for everybody, by the middleware that is left out.
LEFT_OUT = {
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.csrf.CsrfMiddleware",
    "accounts.middleware.LoginMiddleware",
    "shopstead.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.middleware.SupportMiddleware",
    "storefront.customers.middleware.CustomerMiddleware",
    "shopstead.middleware.OwnThingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.theme.middleware.PreviewMiddleware",
    "tenants.middleware.DashboardMiddleware",
    "console.middleware.ConsoleMiddleware",
}


def told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}
    return answer.status, headers, answer.body


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
def test_every_page_for_everybody_is_the_same_by_both_chains(acme: Tenant, prefix: str, https: bool) -> None:
    with in_tenant(acme):
        furnish(acme)
    short, whole = visitor(acme), visitor(acme)
    whole.renders.django = WSGIHandler()
    how: dict[str, Any] = {"wsgi.url_scheme": "https"} if https else {}
    for path in (*(path for path, _most in PAGES.values()), *FURTHER):
        assert told(short.get(f"{prefix}{path}", **how)) == told(whole.get(f"{prefix}{path}", **how)), path
        assert short.renders.count == whole.renders.count, path


def test_the_short_chain_is_the_whole_one_without_those_who_ask_who_it_is() -> None:
    short = [one for one in settings.MIDDLEWARE_FOR_EVERYBODY if not one.startswith("shopstead.handler.")]
    assert short == [one for one in settings.MIDDLEWARE if one not in LEFT_OUT]


def test_a_page_for_everybody_with_a_token_or_something_of_a_session_is_an_error() -> None:
    def with_token(request: Any) -> HttpResponse:
        return HttpResponse(get_token(request))

    def with_session(request: Any) -> HttpResponse:
        request.session["cart"] = 1
        return HttpResponse()

    request = RequestFactory().get("/")
    with pytest.raises(RuntimeError, match="token"):
        NobodyMiddleware(with_token)(request)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        NobodyMiddleware(with_session)(request)  # type: ignore[arg-type]


def test_only_the_page_cache_itself_reaches_the_short_chain(monkeypatch: pytest.MonkeyPatch, acme: Tenant) -> None:
    """No header of a client's becomes the mark in the environment."""
    asked: list[str] = []
    monkeypatch.setattr(EverybodyHandler, "__call__", lambda _self, environ, _start: asked.append(environ["PATH_INFO"]))
    for name in ("HTTP_SHOPSTEAD_SHARED_PAGE", "HTTP_SHOPSTEAD.SHARED_PAGE"):
        visitor(acme).get("/cart/", **{name: "1"})
    assert asked == []
