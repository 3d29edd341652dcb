"""From a request to the page it asks for: whose, in which words, with which parameters; or to nothing of ours."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.urls import Resolver404

from core.addresses import ADDRESS_KEYS
from core.money import is_currency
from core.reversing import LONGEST_PATH, match_path
from core.shared_pages import SHARED_KEY, SharedPage, find_shared_page
from shopstead.languages import split_language
from shopstead.page_cache.memory import Key
from tenants.hosts import canonical_host
from tenants.models import Tenant

LONGEST_QUERY = 300
MOST_PARAMETERS = 12
# What campaigns add to addresses: for the visit's record, which the browser tells itself, and never for the page.
TRACKING = frozenset({"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "ttclid", "twclid", "li_fat_id", "mc_cid",
                      "mc_eid", "igshid", "yclid", "_ga", "_gl", "ref", "srsltid", "spm"})  # fmt: skip
# Never the same for everybody, or not ours to keep.
OWN_PATHS = (
    "/static/",
    "/media/",
    "/dashboard",
    "/api/",
    "/webhooks/",
    "/account/",
    "/orders/",
)
# Whoever sends one of these wants something else than the page.
_SPECIAL = ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_RANGE")
_CURRENCY_COOKIE = "shopstead_currency="
# What a request that is made for everybody takes over from the one that led to it.
_KEPT = ("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "SCRIPT_NAME", "HTTP_X_FORWARDED_PROTO", *ADDRESS_KEYS)  # fmt: skip

Environ = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: host, path and query as they came (without what campaigns add), currency, and the key of all that."""

    host: str
    path: str
    query: str
    currency: str
    key: Key


def read_question(environ: Environ) -> Question | None:
    """Return what a GET asks for, or None where the answer may depend on who asks."""
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(OWN_PATHS):
        return None
    for name in _SPECIAL:
        if name in environ:
            return None
    cookies = environ.get("HTTP_COOKIE", "")
    if cookies and any(name in cookies for name in settings.PAGE_CACHE_STOPS_AT_COOKIES):
        return None
    host = canonical_host(environ.get("HTTP_HOST", ""))
    if host is None or host in settings.PLATFORM_HOSTS:
        return None
    query = environ.get("QUERY_STRING", "")
    if query:
        query = _clean(query)
        if query is None:
            return None
    currency = _currency(cookies) if cookies else ""
    scheme = "https" if _is_secure(environ) else "http"
    return Question(host, path, query, currency, (scheme, host, currency, path, query))


def find_mark(question: Question, tenant: Tenant) -> SharedPage | None:
    """Return the mark of the page that is asked for where it reads every parameter that was sent."""
    _language, path = split_language(question.path, tenant)
    mark = _mark_of(path) if len(path) <= LONGEST_PATH else _mark_of.__wrapped__(path)
    if (
        mark is None
        or not {name for name, _value in parse_qsl(question.query, keep_blank_values=True)} <= mark.parameters
    ):
        return None
    return mark


@lru_cache(4096)
def _mark_of(path: str) -> SharedPage | None:
    try:
        return find_shared_page(match_path(path).func)
    except (Resolver404, BadRequest):
        return None


def ask_for_everybody(environ: Environ, question: Question) -> Environ:
    """Return the request as nobody in particular sends it: no cookie, no language, no browser, none of the client's words.

    Host and port are the ones on record, so that no stranger's spelling gets into a page.
    """
    kept = {name: environ[name] for name in _KEPT if name in environ}
    kept |= {name: value for name, value in environ.items() if name.startswith("wsgi.")}
    return kept | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": question.path,
        "QUERY_STRING": question.query,
        "HTTP_HOST": f"{question.host}{settings.PUBLIC_PORT_SUFFIX}",
        "HTTP_COOKIE": f"{_CURRENCY_COOKIE}{question.currency}" if question.currency else "",
        SHARED_KEY: True,
    }


def _clean(query: str) -> str | None:
    """Return the query in one order, without what campaigns add; None where it is none that a page of ours has."""
    if len(query) > LONGEST_QUERY:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        return None
    kept = [(name, value) for name, value in pairs if name not in TRACKING and not name.startswith("utm_")]
    return urlencode(sorted(kept, key=lambda pair: pair[0]))


def _currency(cookies: str) -> str:
    """Return the currency that a cookie names, or nothing: no more pages are kept than there are currencies."""
    _before, found, rest = cookies.partition(_CURRENCY_COOKIE)
    code = rest[:3]
    is_whole = (found and len(rest) == 3) or rest[3:4] == ";"
    return code if is_whole and is_currency(code) else ""


def _is_secure(environ: Environ) -> bool:
    header = settings.SECURE_PROXY_SSL_HEADER
    if header and header[0] in environ:
        return bool(environ[header[0]].split(",")[0].strip() == header[1])
    return bool(environ.get("wsgi.url_scheme") == "https")
