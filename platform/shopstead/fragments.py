"""Small parts of a page that come after it: the visitor's own, and what is dear to make; one request for all of them.

A template puts `{{ ui.fragment("goes-with:12") }}` where the part belongs; `theme/fragments.js` asks for all parts of the page at
once and puts them there. Without a script the page is whole without them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.messages import get_messages
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.http import HttpRequest
from core.shared_pages import shared_page
from recsys.serving.jinja import customer_recommendations, product_recommendations
from storefront.carts.selectors import count_cart_items

MOST = 12
ROW = 4

Render = Callable[[HttpRequest, str], str]


@dataclass(frozen=True, slots=True)
class Fragment:
    """How a part is made from what stands behind its name's colon; an own one is the visitor's and never kept."""

    render: Render
    is_own: bool


def _cart(request: HttpRequest, _about: str) -> str:
    return _jinja(request, "theme/fragments/cart.html", items_count=count_cart_items(request))


def _messages(request: HttpRequest, _about: str) -> str:
    return _jinja(request, "theme/fragments/messages.html", told=list(get_messages(request)))


def _goes_with(request: HttpRequest, about: str) -> str:
    number = int(about) if about.isascii() and about.isdigit() and len(about) < 19 else 0
    cards = product_recommendations(number, ROW) if number else []
    return _jinja(request, "theme/fragments/goes_with.html", cards=cards) if cards else ""


def _for_you(request: HttpRequest, _about: str) -> str:
    cards = customer_recommendations(request.customer, ROW) if request.customer else []
    return _jinja(request, "theme/fragments/for_you.html", cards=cards) if cards else ""


FRAGMENTS: dict[str, Fragment] = {
    "cart": Fragment(_cart, is_own=True),
    "messages": Fragment(_messages, is_own=True),
    "for-you": Fragment(_for_you, is_own=True),
    "goes-with": Fragment(_goes_with, is_own=False),
}


@require_GET
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Return the parts that are asked for by ?of=, the visitor's own among them, as JSON from name to HTML."""
    return JsonResponse(_render(request, with_own=True))


@require_GET
@shared_page("of")
def shared(request: HttpRequest) -> HttpResponse:
    """Return the parts that are the same for everybody; the visitor's own are left out."""
    return JsonResponse(_render(request, with_own=False))


def _render(request: HttpRequest, *, with_own: bool) -> dict[str, str]:
    parts: dict[str, str] = {}
    for name in request.GET.getlist("of")[:MOST]:
        kind, _colon, about = name.partition(":")
        fragment = FRAGMENTS.get(kind)
        if fragment is not None and (with_own or not fragment.is_own):
            parts[name] = fragment.render(request, about)
    return parts


def _jinja(request: HttpRequest, template: str, **context: object) -> str:
    return render_to_string(template, context, request=request, using="jinja2")


urlpatterns = [
    path("own/", own, name="fragments_own"),
    path("shared/", shared, name="fragments_shared"),
]
