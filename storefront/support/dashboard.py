"""The merchant's inbox: list, conversation, what is done with it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.jinja import picture
from storefront.orders.dashboard.looks import order_row
from storefront.orders.pickup import PickupState, pickup_state
from storefront.support.models import ConversationStatus, Label
from storefront.support.selectors import (
    VIEWS,
    Beside,
    count_inbox,
    get_beside,
    get_conversation,
    list_conversations,
    list_messages,
)
from storefront.support.services import add_note, add_reply, mark_spam, reopen, set_label, solve
from storefront.support.wording import LONGEST_MESSAGE
from tenants.people.permissions import Permission

PER_PAGE = 30
SEARCH_LENGTH = 100
FILTERS = ("view", "label", "q", "page")
LINES_SHOWN = 6
LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}


@needs(Permission.SUPPORT_VIEW)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the list; `part=rows` answers with its rows alone, for the page that looks again."""
    context = _list_context(request)
    if request.GET.get("part") == "rows":
        return render(request, "support/dashboard/rows.html", context)
    return render(request, "support/dashboard/inbox.html", {**context, **_sides()})


@needs(Permission.SUPPORT_VIEW)
@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one conversation beside the list; `part=says` answers with its messages alone."""
    if request.GET.get("part") == "says":
        found = get_conversation(pk)
        context = {"conversation": found, "said": list_messages(found, with_notes=True)}
        return render(request, "support/dashboard/says.html", context)
    return _show(request, pk)


@needs(Permission.SUPPORT_REPLY)
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an answer, or write a note; what is refused stays in the editor."""
    body, action, now = request.POST.get("body", ""), request.POST.get("action", "send"), utc_now()
    try:
        if action == "note":
            add_note(conversation_id=pk, body=body, actor=request.user.get_username(), now=now)
        else:
            add_reply(
                conversation_id=pk,
                body=body,
                actor=request.user.get_username(),
                now=now,
                is_solved=action == "send_and_solve",
            )
    except ShopsteadError as error:
        return _show(request, pk, draft=body, problem=str(error), status=error.status)
    if action == "note":
        messages.success(request, _("Note kept. Only your store sees it."))
        return _back_to(request, pk)
    email = get_conversation(pk).email
    if action == "send_and_solve":
        messages.success(request, _("Sent to %(email)s and solved.") % {"email": email})
        return _back_to(request, None)
    messages.success(request, _("Sent to %(email)s.") % {"email": email})
    return _back_to(request, pk)


@needs(Permission.SUPPORT_REPLY)
@require_POST
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the label in one click."""
    set_label(conversation_id=pk, label=request.POST.get("label", ""), actor=request.user.get_username(), now=utc_now())
    return _back_to(request, pk)


@needs(Permission.SUPPORT_REPLY)
@require_POST
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Solve, take back, or put away as spam."""
    action = request.POST.get("action", "")
    done = {"solve": solve, "reopen": reopen, "spam": mark_spam}.get(action)
    if done is None:
        return _back_to(request, pk)
    done(conversation_id=pk, actor=request.user.get_username(), now=utc_now())
    said = {
        "solve": _("Solved. It opens again when the customer writes."),
        "reopen": _("It is open again."),
        "spam": _("Put away as spam. Nothing was sent."),
    }
    messages.success(request, said[action])
    return _back_to(request, pk if action == "reopen" else None)


def _show(
    request: HttpRequest, pk: int, *, draft: str | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    found = get_conversation(pk)
    beside = get_beside(found, now=utc_now())
    is_suggested = draft is None and bool(found.suggested_reply) and "blank" not in request.GET
    context = {
        **_list_context(request, opened=pk),
        **_sides(),
        "conversation": found,
        "said": list_messages(found, with_notes=True),
        "beside": beside,
        **_order_context(beside),
        "language_name": LANGUAGE_NAMES.get(found.language, found.language),
        "labels": [(value, name, value == found.label) for value, name in Label.choices],
        "draft": found.suggested_reply if is_suggested else (draft or ""),
        "is_suggested": is_suggested,
        "problem": problem,
        "longest": LONGEST_MESSAGE,
        "can_solve": found.status in (ConversationStatus.OPEN, ConversationStatus.WAITING),
        "is_spam": found.status == ConversationStatus.SPAM,
    }
    return render(request, "support/dashboard/inbox.html", context, status=status)


def _order_context(beside: Beside) -> dict[str, Any]:
    order, lines = beside.order, beside.lines
    if order is None:
        return {}
    return {
        "lines": [
            {"picture": picture(line.cover), "title": line.title, "variant": line.variant_title, "count": line.quantity}
            for line in lines[:LINES_SHOWN]
        ],
        "lines_left": max(0, len(lines) - LINES_SHOWN),
        "row": order_row(order, is_picked_up=pickup_state(order, beside.fulfillments) == PickupState.DONE),
    }


def _list_context(request: HttpRequest, *, opened: int | None = None) -> dict[str, Any]:
    kept = _filters(request)
    view, chosen, text = kept.get("view", "open"), kept.get("label", ""), kept.get("q", "")
    page = Paginator(list_conversations(view=view, label=chosen, text=text), PER_PAGE).get_page(kept.get("page"))
    return {
        "page": page,
        "view": view,
        "label": chosen,
        "text": text,
        "kept": urlencode(kept),
        "keep": {key: value for key, value in kept.items() if key in ("view", "label")},
        "rows_url": f"{reverse('dashboard_support')}?{urlencode({**kept, 'part': 'rows'})}",
        "here": reverse("dashboard_support"),
        "is_filtered": bool(chosen or text),
        "opened": opened or _number(request.GET.get("opened", "")),
    }


def _sides() -> dict[str, Any]:
    counts = count_inbox()
    names = {
        "open": pgettext("conversation", "Open"),
        "waiting": pgettext("conversation", "Waiting"),
        "solved": _("Solved"),
        "all": pgettext("conversation", "All"),
        "spam": _("Spam"),
    }
    return {
        "views": [(key, names[key], counts.views.get(key, 0) if key in ("open", "waiting") else 0) for key in VIEWS],
        "label_views": [(value, name, counts.labels.get(value, 0)) for value, name in Label.choices],
    }


def _filters(request: HttpRequest) -> dict[str, str]:
    """Return what narrows the list, from the address or, after a POST, from the form's `back`."""
    source = QueryDict(request.POST.get("back", "")) if request.method == "POST" else request.GET
    kept = {key: source[key].replace("\x00", "").strip()[:SEARCH_LENGTH] for key in FILTERS if source.get(key)}
    if kept.get("view") not in VIEWS:
        kept.pop("view", None)
    if kept.get("label") not in (*Label.values, "none"):
        kept.pop("label", None)
    return {key: value for key, value in kept.items() if value}


def _back_to(request: HttpRequest, pk: int | None) -> HttpResponse:
    target = reverse("dashboard_support") if pk is None else reverse("dashboard_conversation", args=[pk])
    kept = urlencode(_filters(request))
    return redirect(f"{target}?{kept}" if kept else target)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


urlpatterns = [
    path("", inbox, name="dashboard_support"),
    path("<int:pk>/", conversation, name="dashboard_conversation"),
    path("<int:pk>/reply/", reply, name="dashboard_conversation_reply"),
    path("<int:pk>/label/", label, name="dashboard_conversation_label"),
    path("<int:pk>/status/", status, name="dashboard_conversation_status"),
]
