"""Make an order for somebody: look for goods and a customer, see what it comes to, save."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.db.contention import TooManyAtOnce
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.amendments.selectors import find_goods
from storefront.carts.quoting import Buyer, Quote
from storefront.catalog.jinja import picture
from storefront.checkout.address_form import draw_boxes, draw_countries
from storefront.customers.selectors import find_customer
from storefront.drafts.dashboard.sums import goods_rows, sum_lines, write
from storefront.drafts.enums import RUNNING
from storefront.drafts.forms import ADDED, DraftForm
from storefront.drafts.models import Draft
from storefront.drafts.selectors import DraftTerms, find_customers, find_variants, get_draft, quote_goods
from storefront.drafts.services import save_draft
from storefront.drafts.services.saving import DraftFacts, hold_terms
from storefront.shipping.dates import format_window
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show an empty draft to be filled in; every button but the last one only adds up anew."""
    return _answer(request, None)


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft to be changed."""
    draft = get_draft(pk)
    if draft.state in RUNNING:
        return _answer(request, draft)
    context = {"draft": draft, "crumbs": _crumbs(draft)}
    return render(request, "drafts/closed.html", context, status=200 if request.method == "GET" else 409)


def _answer(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, DraftForm(draft=draft))
    form = DraftForm(request.POST, draft=draft)
    customer_id = request.POST.get("customer", "")
    if customer_id.isascii() and customer_id.isdigit() and len(customer_id) <= 18:
        customer = find_customer(int(customer_id))
        if customer is not None and Permission.CUSTOMERS_VIEW in request.permissions:
            form.fill_in(customer)
    if request.POST.get("do") != "save" or not form.is_valid():
        return _page(request, form, status=422 if request.POST.get("do") == "save" else 200)
    given = form.cleaned_data
    try:
        saved = save_draft(
            facts=form.facts(),
            actor=request.user.get_username(),
            now=utc_now(),
            token=given["token"],
            draft_id=draft.pk if draft else None,
            version=given["version"],
        )
    except (TooManyAtOnce, ShopsteadError) as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    messages.success(request, _("Saved. Send the link, or mark the draft as paid."))
    return redirect("dashboard_draft", pk=saved.pk)


def _page(request: HttpRequest, form: DraftForm, *, status: int = 200) -> HttpResponse:
    draft = form.draft
    sums, is_saving = _sum(form), request.POST.get("do") == "save"
    if form.is_bound and not is_saving:
        form.errors.clear()  # What is still being typed is not wrong yet.
        form.address_errors.clear()
    country = form.address["country"]
    boxes = draw_boxes(country, form.address, form.address_errors)
    first = [box for box in boxes.first if box.name != "name"]
    may_see = Permission.CUSTOMERS_VIEW in request.permissions
    goods, people = _typed(request, form, "words"), _typed(request, form, "who")
    variants = find_variants(list(form.picks))
    found = [one for one in find_goods(goods) if one.pk not in form.picks] if goods else []
    context: dict[str, Any] = {
        "draft": draft,
        "form": form,
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
        "found": [{"variant": one, "picture": picture(one.product.cover)} for one in found],
        "is_looked_for": bool(goods),
        "people": find_customers(people) if people and may_see else [],
        "is_asked_for": bool(people) and may_see,
        "may_find_people": may_see,
        "countries": draw_countries(country),
        "rows": [first, *boxes.rows, [boxes.line2]],
        "has_phone": bool(first),
        "address": form.address,
        "is_saving": is_saving,
        **sums,
        "crumbs": _crumbs(draft),
    }
    return render(request, "drafts/edit.html", context, status=status)


def _sum(form: DraftForm) -> dict[str, Any]:
    """Return what the form comes to as it stands, the ways of delivery there are, and what is wrong with it."""
    nothing: dict[str, Any] = {"has_goods": False, "problem": "", "ways": [], "problems": []}
    lines = {pk: count for pk, count in form.picks.items() if count}
    if not lines:
        return nothing
    facts = _facts(form)
    try:
        terms = hold_terms(lines=lines, terms=_terms(form, facts))
    except ShopsteadError as error:
        return {**nothing, "problem": str(error)}
    buyer = Buyer(country=form.address["country"], region=form.address.get("province") or "")
    quote = quote_goods(
        terms=terms,
        lines=lines,
        buyer=buyer,
        method_id=form.method_id,
        now=utc_now(),
        cart=form.draft.cart if form.draft else None,
    )
    return {
        **nothing,
        "has_goods": True,
        "goods": {row["line"].variant_id: row for row in goods_rows(quote)},
        "problems": quote.view.problems,
        "ways": _ways(quote, form.method_id),
        "no_way": str(quote.refusal.label) if quote.refusal and not quote.pickups else "",
        "parts": sum_lines(quote),
        "total": write(quote.totals.total, quote),
        "is_estimate": quote.needs_delivery and (form.method_id is None or not (form.has_address or not quote.is_sent)),
    }


def _facts(form: DraftForm) -> DraftFacts | None:
    """Return what the form says, None while it cannot be read or was not sent."""
    return form.facts() if form.is_bound and form.is_valid() else None


def _terms(form: DraftForm, facts: DraftFacts | None) -> DraftTerms:
    draft = form.draft
    if facts is None and draft is not None:
        return DraftTerms(
            draft.currency,
            draft.prices,
            draft.discount_amount,
            draft.discount_points,
            draft.reason,
            draft.delivery_amount,
        )
    if facts is None:
        return DraftTerms(str(form["currency"].value() or ""), {})
    held = draft.prices if draft and draft.currency == facts.currency and not facts.renews else {}
    return DraftTerms(facts.currency, held, facts.discount_amount, facts.discount_points, facts.reason)


def _ways(quote: Quote, method_id: int | None) -> list[dict[str, Any]]:
    """Return the ways to get the goods there: key, name, when, price, chosen or not."""
    return [
        {
            "id": rate.method_id,
            "name": rate.name,
            "window": format_window(rate.from_date, rate.to_date),
            "price": write(rate.amount, quote) if rate.amount else _("Free"),
            "is_pickup": rate.is_pickup,
            "chosen": rate.method_id == method_id,
        }
        for rate in (*quote.rates, *quote.pickups)
    ]


def _typed(request: HttpRequest, form: DraftForm, name: str) -> str:
    return request.POST.get(name, "")[:120].replace("\0", "").strip() if form.is_bound else ""


def _crumbs(draft: Draft | None) -> list[dict[str, str]]:
    crumbs = [
        {"url": reverse("dashboard_orders"), "label": _("Orders")},
        {"url": reverse("dashboard_drafts"), "label": _("Drafts")},
    ]
    if draft is not None:
        crumbs.append({"url": reverse("dashboard_draft", args=[draft.pk]), "label": draft.number})
    return crumbs
