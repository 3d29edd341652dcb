"""Change the goods of an order: add some, see what it costs, save."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.db.contention import TooManyAtOnce, try_again
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.money import format_money
from storefront.amendments.forms import ADDED, GoodsForm
from storefront.amendments.selectors import find_goods, find_waiting
from storefront.amendments.services import amend_order, call_off
from storefront.amendments.services.adding import Amended, AmendmentRequest, why_not_amended
from storefront.catalog.errors import GoodsBusy
from storefront.catalog.jinja import picture
from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import InsufficientStock
from storefront.orders.additions import Addition, price_additions
from storefront.orders.errors import AmendmentRefused
from storefront.orders.models import Order, OrderLine
from storefront.orders.selectors import get_order_page
from storefront.orders.services.amending import units_off
from storefront.payments.services import receive_difference
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def goods(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the goods of an order to be changed; every button but the last one only adds up anew."""
    page = get_order_page(pk, now=utc_now())
    refusal = why_not_amended(page.order)
    if not refusal and find_waiting(page.order):
        refusal = _("Goods wait to be added already. Call that off first.")
    if refusal:
        closed = {"order": page.order, "refusal": refusal, "crumbs": _crumbs(page.order)}
        return render(request, "amendments/closed.html", closed, status=200 if request.method == "GET" else 409)
    lines = [line for line in page.lines if line.kept_count]
    if request.method != "POST":
        return _page(request, GoodsForm(order=page.order, lines=lines))
    form = GoodsForm(request.POST, order=page.order, lines=lines)
    if request.POST.get("do") != "save" or not form.is_valid():
        return _page(request, form, status=422 if request.POST.get("do") == "save" else 200)
    asked, actor = form.asked(expected_amount=_seen(request.POST)), request.user.get_username()
    try:
        done = try_again(lambda: amend_order(order_id=pk, asked=asked, actor=actor, now=utc_now()))
    except (TooManyAtOnce, GoodsBusy, ShopsteadError) as error:
        summed = _sum(page.order, form)  # What was typed is right, and stays added up beside the error.
        short = _("There is not enough in stock of what is to be added. Nothing was changed.")
        form.add_error(None, short if isinstance(error, InsufficientStock) else str(error))
    else:
        messages.success(request, _said(done))
        return redirect("dashboard_order", pk=pk)
    return _page(request, form, status=422, summed=summed)


@needs(Permission.ORDERS_EDIT)
@require_POST
def mark_added_paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what waits into the order, because the merchant has seen its money arrive."""
    actor = request.user.get_username()
    get_order_page(pk, now=utc_now())  # What is not there is 404, and no message on a page that is not there.
    try:
        order = try_again(lambda: receive_difference(order_id=pk, actor=actor, now=utc_now()))
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("dashboard_order", pk=pk)
    waits_no_more = order.payments.filter(amendment__isnull=False).order_by("-pk").first()
    if waits_no_more is not None and waits_no_more.state == "paid":
        messages.success(request, _("Paid. What was added is in the order."))
    else:
        messages.error(request, _("What was to be added is sold by now. Give the money back the way it came."))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def call_off_added(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up what waits to be added."""
    get_order_page(pk, now=utc_now())
    try:
        call_off(order_id=pk, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Called off. The order stays as it was, and the goods are on sale again."))
    return redirect("dashboard_order", pk=pk)


def _page(
    request: HttpRequest, form: GoodsForm, *, status: int = 200, summed: dict[str, Any] | None = None
) -> HttpResponse:
    order = form.order
    found = find_goods(request.POST.get("words", "")[:120].replace("\0", "")) if form.is_bound else []
    variants = {one.pk: one for one in ProductVariant.objects.filter(pk__in=form.picks).select_related("product")}
    is_looked_for = bool(form.is_bound and request.POST.get("words", "").strip())
    context: dict[str, Any] = {
        "order": order,
        "form": form,
        "is_unpaid": form.is_unpaid,
        "rows": [{**row, "picture": picture(row["line"].cover)} for row in form.rows],
        "picks": [
            {
                "variant": variants[pk],
                "name": f"{ADDED}{pk}",
                "count": count,
                "picture": picture(variants[pk].product.cover),
            }
            for pk, count in form.picks.items()
            if pk in variants and count
        ],
        "found": [{"variant": one, "picture": picture(one.product.cover)} for one in found if one.pk not in form.picks],
        "is_looked_for": is_looked_for,
        **(summed or _sum(order, form)),
        "crumbs": _crumbs(order),
    }
    return render(request, "amendments/goods.html", context, status=status)


def _crumbs(order: Order) -> list[dict[str, str]]:
    return [
        {"url": reverse("dashboard_orders"), "label": _("Orders")},
        {"url": reverse("dashboard_order", args=[order.pk]), "label": order.name},
    ]


def _sum(order: Order, form: GoodsForm) -> dict[str, Any]:
    """Return what the form comes to as it stands: the lines of the sum, by how much the total changes, what is wrong."""
    empty: dict[str, Any] = {"amount": 0, "parts": [], "problem": "", "has_changes": False}
    if not form.is_bound:
        return empty
    if not form.is_valid():
        return {**empty, "problem": " ".join(str(text) for texts in form.errors.values() for text in texts)}
    asked = form.asked(expected_amount=None)
    if asked.additions.is_empty and not asked.kept:
        return empty
    try:
        addition = None if asked.additions.is_empty else price_additions(order, asked.additions)
    except AmendmentRefused as error:
        return {**empty, "problem": str(error)}
    gone = -sum(_worth(order, line, asked) for line in form.lines if line.pk in asked.kept)
    amount = gone + (addition.total if addition else 0)
    parts = [(_("Taken out"), gone)] if gone else []
    parts += _parts(addition) if addition else []
    return {
        "amount": amount,
        "amount_text": _money(abs(amount), order.currency),
        "total_text": _money(order.total_amount + amount, order.currency),
        "parts": [(label, _money(value, order.currency)) for label, value in parts],
        "problem": "",
        "has_changes": True,
        "owes": amount > 0 and not form.is_unpaid,
        "gets_mail": bool(order.email),
    }


def _worth(order: Order, line: OrderLine, asked: AmendmentRequest) -> int:
    off = units_off(order, line, line.quantity - asked.kept[line.pk])
    return off.total


def _parts(addition: Addition) -> list[tuple[str, int]]:
    sums = addition.sums
    parts = [(_("Goods"), sums["subtotal_amount"])]
    if sums["discount_amount"]:
        parts.append((_("On the house"), -sums["discount_amount"]))
    if sums["shipping_amount"]:
        parts.append((_("Delivery"), sums["shipping_amount"]))
    if sums["tax_amount"]:
        label = _("Tax, included in the prices") if sums["taxes_included"] else _("Tax")
        parts.append((label, sums["tax_amount"]))
    return parts


def _said(done: Amended) -> str:
    if done.is_waiting and done.order.email:
        return _("Saved. The customer gets a mail with a link to pay the difference; then it joins the order.")
    if done.is_waiting:
        return _("Saved. It joins the order when the difference is paid on the order’s page.")
    return _("Saved. The order holds it now.")


def _seen(data: QueryDict) -> int | None:
    text = data.get("seen", "")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(text) < 16 else None


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")
