"""The application in front of Django: what is the same for everybody is answered here, everything else goes on."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error, close_old_connections
from django.http import HttpResponse

from console.traffic import count_request
from core.clock import utc_now
from core.events import publish
from core.freshness.marks import marks
from core.ids import new_token
from core.shared_pages import NextChangeAsked, Shelf, remembering
from core.tenancy import in_tenant
from shopstead.page_cache.entries import Headers, Page, is_fit, make_page
from shopstead.page_cache.memory import Edition, Memory
from shopstead.page_cache.questions import Environ, Question, ask_for_everybody, find_mark, read_question
from shopstead.page_cache.shared import Shared
from tenants.hosts import find_tenant
from tenants.models import Tenant
from tenants.sharing.figures import Kind, requests_a_minute
from tenants.sharing.middleware import BURST_SHARE, buckets

MOST_SHELVES, MOST_SHELF_BYTES = 500, 32 * 1024 * 1024

logger = logging.getLogger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class PageCache:
    """A WSGI application around Django's.

    The edition of a store is what the platform says of it and its mark (`core.freshness`), both at most half a second old. It is
    read before a page is made and the page is kept under it: a page that was made during a change is kept under the edition
    before, and never shown after. Where the database cannot tell the edition, Django answers.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self.memory = Memory(settings.PAGE_CACHE_BYTES)
        self.shared = Shared(settings.CACHE_URL)
        self._untils: dict[str, tuple[Edition, float]] = {}
        self._shelves: dict[str, tuple[tuple[Edition, float], Shelf]] = {}
        self._shelves_bytes = 0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        question = read_question(environ) if settings.PAGE_CACHE else None
        if question is None:
            return self._application(environ, start_response)
        try:
            if marks.is_look_due:
                close_old_connections()
            tenant = find_tenant(question.host)
            if tenant is None or not _serves(tenant, question.host):
                return self._application(environ, start_response)
            edition = _edition(tenant)
        except Error:
            return self._application(environ, start_response)
        page = self.memory.find(tenant.schema_name, edition, question.key)
        if page is None or page.until <= time.time():
            return self._answer_first(environ, start_response, tenant, edition, question)
        if not _has_share(tenant):
            return self._application(environ, start_response)
        count_request(tenant_id=tenant.pk, failed=False)
        if page.is_unshared:
            # Most pages of an edition are asked for once, by whoever reads them all: only others go through the shared cache.
            page.is_unshared = False
            self.shared.keep(tenant, edition, question.key, page)
        return _send(page, environ, start_response)

    def _answer_first(
        self, environ: Environ, start_response: StartResponse, tenant: Tenant, edition: Edition, question: Question
    ) -> Iterable[bytes]:
        """Answer from the shared cache or from a page made now, and keep it."""
        if environ["REQUEST_METHOD"] != "GET":
            return self._application(environ, start_response)
        if find_mark(question, tenant) is None:
            # Nobody keeps the page, such as a search; what it has in common with others is remembered all the same.
            with remembering(self._shelf(tenant, edition, self._until(tenant, edition))):
                return self._application(environ, start_response)
        page = self.shared.find(tenant, edition, question.key)
        if page is not None and page.until > time.time():
            if not _has_share(tenant):
                return self._application(environ, start_response)
            self.memory.keep(tenant.schema_name, edition, question.key, page)
            count_request(tenant_id=tenant.pk, failed=False)
            return _send(page, environ, start_response)
        told = _Told()
        until = self._until(tenant, edition)
        with remembering(self._shelf(tenant, edition, until)):
            body = self._application(ask_for_everybody(environ, question), told.start_response)
        page = told.make_page(body, until=until)
        if page is None:
            start_response(told.line, told.headers)
            return body
        _close(body)
        self.memory.keep(tenant.schema_name, edition, question.key, page)
        return _send(page, environ, start_response)

    def _shelf(self, tenant: Tenant, edition: Edition, until: float) -> Shelf:
        """Return what pages of this edition have in common; it is read after the edition, so it is never older."""
        known = self._shelves.get(tenant.schema_name)
        if known is not None and known[0] == (edition, until):
            return known[1]
        if len(self._shelves) >= MOST_SHELVES:
            self._clear_shelves()
        shelf = Shelf(self._add_shelf_bytes)
        self._shelves[tenant.schema_name] = ((edition, until), shelf)
        if known is not None:
            self._shelves_bytes -= known[1].bytes_count
        return shelf

    def _add_shelf_bytes(self, count: int) -> None:
        self._shelves_bytes += count
        if self._shelves_bytes > MOST_SHELF_BYTES:
            self._clear_shelves()

    def _clear_shelves(self) -> None:
        """Begin anew: what pages have in common is made again at the next one."""
        self._shelves.clear()
        self._shelves_bytes = 0

    def _until(self, tenant: Tenant, edition: Edition) -> float:
        """Return when this edition's pages change by themselves: at midnight, or when somebody says; asked once an edition."""
        known = self._untils.get(tenant.schema_name)
        if known is not None and known[0] == edition and known[1] > time.time():
            return known[1]
        now = utc_now()
        question = NextChangeAsked(now=now, moments=[_midnight(tenant, now)])
        with in_tenant(tenant):
            publish(question)
        until = min(moment for moment in question.moments if moment > now).timestamp()
        if len(self._untils) >= settings.HOST_MAP_ENTRIES:
            self._untils.clear()
        self._untils[tenant.schema_name] = (edition, until)
        return until


class _Told:
    """What Django says of its answer before the body."""

    line = ""
    headers: Headers

    def start_response(self, line: str, headers: Headers, *_more: Any) -> None:
        self.line, self.headers = line, headers

    def make_page(self, response: Any, *, until: float) -> Page | None:
        """Return the page, or None where it is not one to keep."""
        if not isinstance(response, HttpResponse):
            return None
        headers = {name.lower(): value for name, value in self.headers}
        if "set-cookie" in headers:
            logger.error("a page for everybody sets a cookie, so it is not kept: %s", headers["set-cookie"][:40])
        if not is_fit(status=response.status_code, headers=headers, size=len(response.content)):
            return None
        has_currencies = getattr(response, "has_currencies", False)
        return make_page(headers=self.headers, body=response.content, until=until, has_currencies=has_currencies)


def _serves(tenant: Tenant, host: str) -> bool:
    return tenant.is_open_for_work and (not tenant.primary_host or host == tenant.primary_host)


def _edition(tenant: Tenant) -> Edition:
    """Return what the platform says of the store, and its mark.

    The host map reads a store anew whenever its row or its hosts change, so what it says is put into words once.
    Raises: django.db.Error.
    """
    told: str | None = tenant.__dict__.get("page_edition")
    if told is None:
        told = repr([getattr(tenant, field.attname) for field in tenant._meta.concrete_fields] + [tenant.primary_host])
        tenant.__dict__["page_edition"] = told
    return told, marks.find(tenant.schema_name)


def _has_share(tenant: Tenant) -> bool:
    """Take one of the store's requests; Django says it where there is none left."""
    if not settings.STORE_LIMITS:
        return True
    figure = requests_a_minute(Kind.SHOP)
    return buckets.take((tenant.pk, Kind.SHOP), per_minute=figure, burst=max(1.0, figure * BURST_SHARE)).allowed


def _midnight(tenant: Tenant, now: datetime) -> datetime:
    here = now.astimezone(ZoneInfo(tenant.time_zone))
    return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _send(page: Page, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    own = ("X-Request-Id", new_token())
    if _knows(environ.get("HTTP_IF_NONE_MATCH"), page.tag):
        start_response("304 Not Modified", [*page.common, own])
        return []
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        start_response("200 OK", [*page.packed_headers, own])
        body = page.packed
    else:
        body = page.plain()
        start_response("200 OK", [*page.common, ("Content-Length", str(len(body))), own])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _knows(told: str | None, tag: str) -> bool:
    return told is not None and (told == tag or any(one.strip() in (tag, "*") for one in told.split(",")))


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
