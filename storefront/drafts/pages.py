"""What a draft's link leads to: the goods, what they cost, what is missing, and the ways to pay; the same without a script."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import utc_now
from core.db.contention import TooManyAtOnce
from core.errors import ShopsteadError
from core.http import HttpRequest
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.carts.quoting import Buyer, Quote
from storefront.checkout.address_form import draw_boxes, draw_countries, label_of
from storefront.checkout.details import LIMITS, CheckoutDetails, parse_details
from storefront.checkout.drawing import draw_quote, summarize
from storefront.checkout.errors import (
    CartNotBuyable,
    CheckoutClosed,
    DetailsRefused,
    EmptyCart,
    NoDelivery,
    TotalChanged,
    WayToPayRefused,
)
from storefront.checkout.seen import Seen, read_seen
from storefront.checkout.ways import list_ways
from storefront.customers.addresses import format_address
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.errors import DraftClosed, DraftNotFound
from storefront.drafts.models import Draft
from storefront.drafts.selectors import find_draft_of_order, get_draft_by_token, is_over, quote_draft
from storefront.drafts.services import pay_draft
from storefront.inventory.errors import InsufficientStock
from storefront.orders.days import write_day
from storefront.orders.errors import OrderNotFound
from storefront.orders.selectors import get_order_by_token
from storefront.payments.errors import PaymentsNotReady
from storefront.payments.selectors import get_till
from storefront.shipping.dates import format_window
from storefront.shipping.enums import Refusal
from tenants.selectors import store_url

_BLANK = dict.fromkeys(LIMITS, "")


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was put together for somebody, and lead them to its payment."""
    try:
        draft = get_draft_by_token(token)
    except DraftNotFound as error:
        raise Http404(str(error)) from error
    if draft.state == DraftState.COMPLETED and draft.order is not None:
        return redirect("order", token=draft.order.token)
    if draft.state not in RUNNING or is_over(draft, now=utc_now()):
        return _over(request, draft)
    if request.method == "POST" and "refresh" not in request.POST:
        return _submit(request, draft)
    notice = _("Payment was not finished. Nothing was charged.") if request.GET.get("canceled") else ""
    return _form(request, draft, request.POST.dict() if request.method == "POST" else {}, notice=notice)


@never_cache
@require_GET
def of_order(request: HttpRequest, token: str) -> HttpResponse:
    """Lead back from a payment page to the draft's own, or to the order where it is one."""
    try:
        order = get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    draft = find_draft_of_order(order)
    if draft is None or draft.order_id is not None:
        return redirect("order", token=token)
    response = redirect("draft_pay", token=draft.token)
    response["Location"] += "?canceled=1"
    return response


def _submit(request: HttpRequest, draft: Draft) -> HttpResponse:
    typed = request.POST.dict()
    seen = read_seen(typed.get("seen", ""))
    try:
        started = pay_draft(
            tenant=request.tenant,
            draft=draft,
            details=_details(draft, typed),
            base_url=store_url(request.tenant, ""),
            language=get_language() or "en",
            expected_total=_expected(draft, typed),
            now=utc_now(),
        )
    except DetailsRefused as error:
        return _form(request, draft, typed, errors=error.errors, status=error.status)
    except NoDelivery as error:
        return _form(request, draft, typed, errors={error.field or "country": str(error)}, status=error.status)
    except WayToPayRefused as error:
        return _form(request, draft, typed, errors={"payment_method": str(error)}, status=error.status)
    except (DraftClosed, CheckoutClosed, PaymentsNotReady) as error:
        return _over(request, draft, reason=error)
    except (CartNotBuyable, EmptyCart, InsufficientStock) as error:
        return _form(request, get_draft_by_token(draft.token), typed, status=error.status)
    except TotalChanged as error:
        return _form(request, get_draft_by_token(draft.token), typed, alert=str(error), seen=seen, status=error.status)
    except StripeUnavailable as error:
        words = _("The payment service does not answer right now. Nothing was charged. Try again soon.")
        return _form(request, draft, typed, alert=words, status=error.status)
    except (StripeRefused, TooManyAtOnce, ShopsteadError) as error:
        return _form(request, draft, typed, alert=str(error), status=error.status)
    if started.redirect_url is None:
        return redirect("order", token=started.order.token)
    response = HttpResponseRedirect(started.redirect_url)
    response.status_code = 303
    return response


def _values(draft: Draft, typed: Mapping[str, Any], country: str) -> dict[str, Any]:
    """Return what is known of whoever pays: what the merchant wrote, else what was typed."""
    known = {**_BLANK, "country": country, **{name: typed[name] for name in (*LIMITS, "way") if typed.get(name)}}
    known |= {"email": draft.email or known["email"], "name": draft.name or known["name"]}
    known |= {name: text for name, text in draft.address.items() if name in LIMITS} if draft.address else {}
    if draft.method_id is not None:
        known["shipping_method_id"] = str(draft.method_id)
    else:
        way = str(typed.get("way") or "")
        known["shipping_method_id"] = way if _is_key(way) else str(typed.get("shipping_method_id") or "")
    return known


def _details(draft: Draft, typed: Mapping[str, Any]) -> CheckoutDetails:
    """Return what checkout is to know.

    Raises: DetailsRefused with a sentence for everything that is missing.
    """
    values = _values(draft, typed, "")
    quote = _quote(draft, values, draft.address.get("country") or str(typed.get("country") or ""))
    return parse_details(
        {**values, "payment_method": str(typed.get("payment_method") or "")},
        needs_delivery=quote.is_sent,
        is_pickup=quote.needs_delivery and not quote.is_sent,
        by_form=True,
    )


def _quote(draft: Draft, values: Mapping[str, Any], country: str) -> Quote:
    method = str(values.get("shipping_method_id") or "")
    street = {name: str(values.get(name) or "") for name in ("line1", "line2", "city", "postcode")}
    buyer = Buyer(country=country, region=str(values.get("province") or ""), address=street)
    return quote_draft(draft, buyer=buyer, method_id=int(method) if _is_key(method) else None, now=utc_now())


def _form(
    request: HttpRequest,
    draft: Draft,
    typed: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
    notice: str = "",
    seen: Seen | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = dict(errors or {})
    country = str(draft.address.get("country") or typed.get("country") or request.tenant.country).upper()[:2]
    values = _values(draft, typed, country)
    quote = _quote(draft, values, country)
    ways = list_ways(get_till(request.tenant), quote, country=country, tenant=request.tenant)
    context = {
        **draw_quote(quote, country=country, seen=seen),
        "draft": draft,
        "values": values,
        "errors": errors,
        "summary": summarize(errors, country),
        "alert": alert,
        "notice": notice,
        "problems": _problems(quote),
        "until": write_day(draft.expires_at),
        "address": format_address(draft.address) if draft.address else [],
        "place": format_address(quote.rate.place.address) if quote.rate and quote.rate.place else [],
        "window": format_window(quote.rate.from_date, quote.rate.to_date) if quote.rate else "",
        "country_options": draw_countries(country),
        "boxes": draw_boxes(country, values, errors),
        "labels": {name: label_of(name, country) for name in ("email", "name", "country")},
        "no_delivery": str((quote.refusal or Refusal.NOWHERE).label) if quote.is_sent and quote.rate is None else "",
        "ways": ways,
        "way": next((one for one in ways if one.kind == typed.get("payment_method")), ways[0] if ways else None),
    }
    return _show(request, "pay", context, status)


def _problems(quote: Quote) -> list[str]:
    """Return what stands in the way of paying, as whoever did not put it together is told."""
    if not quote.view.lines:
        return [_("There is nothing in this order yet.")]
    gone = [
        _("“%(title)s” is not to be had like this any more.") % {"title": line.title}
        for line in quote.view.lines
        if line.problem
    ]
    return gone or list(quote.view.problems)


def _over(request: HttpRequest, draft: Draft, reason: ShopsteadError | None = None) -> HttpResponse:
    contact = request.tenant.contact_email
    is_canceled = draft.state == DraftState.CANCELED
    context = {"draft": draft, "reason": reason, "is_canceled": is_canceled, "contact": contact}
    return _show(request, "over", context, 409 if reason else 410)


def _show(request: HttpRequest, page: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, f"drafts/{page}.html", context, status=status, using="jinja2")
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def _expected(draft: Draft, typed: Mapping[str, Any]) -> int:
    """Return the sum that the page showed for what was chosen there; one that nobody asks for where it is lost."""
    seen = read_seen(str(typed.get("seen") or ""))
    if seen is None:
        return -1
    method = str(_values(draft, typed, "")["shipping_method_id"])
    return seen.total_with(int(method) if _is_key(method) else None)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


urlpatterns = [
    path("pay/<str:token>/", pay, name="draft_pay"),
    path("orders/<str:token>/asked/", of_order, name="draft_of_order"),
]
