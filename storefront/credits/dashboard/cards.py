"""The merchant's pages of gift cards."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.credits.errors import CardNotFound
from storefront.credits.forms import BalanceForm, CardForm
from storefront.credits.models import GiftCard
from storefront.credits.selectors import VIEWS, count_views, get_card, list_cards, list_entries
from storefront.credits.services import Addressee, adjust_card, issue_card, mail_card_again, switch_card
from tenants.people.permissions import Permission

ROWS, SHOWN_ENTRIES = 50, 100


@needs(Permission.CREDITS_VIEW)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """List the gift cards of a view."""
    now = utc_now()
    view, text = request.GET.get("view", "all"), request.GET.get("q", "").replace("\0", "").strip()[:100]
    view = view if view in VIEWS else "all"
    counts = count_views(now)
    labels = {"all": _("All"), "open": _("With money on them"), "spent": _("Spent"), "off": _("Off or run out")}
    views = [
        {"label": labels[name], "url": f"?view={name}", "count": counts[name], "current": name == view}
        for name in VIEWS
    ]
    page = Paginator(list_cards(view=view, text=text, now=now), ROWS).get_page(request.GET.get("page"))
    rows = [{"card": card, "is_over": _is_over(card)} for card in page]
    context = {"page": page, "rows": rows, "views": views, "query": text, "total": counts["all"]}
    return render(request, "credits/list.html", context)


@needs(Permission.CREDITS_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Issue a card, and show its code this once."""
    currency = request.tenant.currency
    form = CardForm(request.POST if request.method == "POST" else None, currency=currency)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            issued = issue_card(
                amount=data["amount"],
                currency=currency,
                actor=request.user.get_username(),
                now=utc_now(),
                expires_at=form.expires_at,
                to=Addressee(data["recipient_email"], data["recipient_name"], data["message"], request.tenant.language),
                note=data["note"],
                send=data["send"],
                key=data["once"],
            )
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return render(
                request, "credits/issued.html", {"card": issued.card, "code": issued.code, "crumbs": _crumbs()}
            )
    status = 422 if form.errors else 200
    return render(request, "credits/new.html", {"form": form, "currency": currency, "crumbs": _crumbs()}, status=status)


@needs(Permission.CREDITS_VIEW, change=Permission.CREDITS_EDIT)
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a card with its moves; switch it off, or change what is on it."""
    try:
        found = get_card(pk)
    except CardNotFound as error:
        raise Http404 from error
    do = request.POST.get("do", "")
    form = BalanceForm(request.POST if do == "adjust" else None, currency=found.currency)
    if do in ("on", "off"):
        switch_card(card_id=pk, is_active=do == "on", actor=request.user.get_username(), now=utc_now())
        messages.success(request, _("The card is on.") if do == "on" else _("The card is off. Nobody can spend it."))
        return redirect("dashboard_gift_card", pk)
    if do == "mail":
        _mail_again(request, pk)
        return redirect("dashboard_gift_card", pk)
    if do == "adjust" and form.is_valid() and _adjust(request, form, pk):
        messages.success(request, _("Saved."))
        return redirect("dashboard_gift_card", pk)
    context = {
        "card": found,
        "is_over": _is_over(found),
        "entries": list(list_entries(found)[:SHOWN_ENTRIES]),
        "form": form,
        "crumbs": _crumbs(),
    }
    return render(request, "credits/card.html", context, status=422 if form.errors else 200)


def _mail_again(request: HttpRequest, pk: int) -> None:
    try:
        sent = mail_card_again(card_id=pk, now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The code goes to %(email)s once more.") % {"email": sent.recipient_email})


def _adjust(request: HttpRequest, form: BalanceForm, pk: int) -> bool:
    data: dict[str, Any] = form.cleaned_data
    try:
        adjust_card(
            card_id=pk, amount=data["amount"], note=data["note"], actor=request.user.get_username(), now=utc_now()
        )
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _is_over(found: GiftCard) -> bool:
    return found.expires_at is not None and found.expires_at <= utc_now()


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Gift cards"), "url": reverse("dashboard_gift_cards")}]
