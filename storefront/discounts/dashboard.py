"""The merchant's pages of discounts."""

import csv
from datetime import datetime, time
from io import StringIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.discounts.enums import DiscountKind, DiscountState
from storefront.discounts.errors import DiscountNotFound
from storefront.discounts.forms import DiscountForm
from storefront.discounts.models import Promotion
from storefront.discounts.picking import Picker, names_of, read_ids, read_picker
from storefront.discounts.selectors import (
    count_views,
    first_codes,
    get_promotion,
    list_codes,
    list_promotions,
    state_of,
    used_amounts,
)
from storefront.discounts.services import (
    MOST_AT_ONCE,
    PromotionFacts,
    add_code,
    as_promotion,
    delete_promotion,
    extend_promotions,
    make_codes,
    remove_code,
    save_promotion,
    switch_promotions,
)
from storefront.discounts.trying import list_goods, read_rows, try_discount
from storefront.discounts.words import describe
from tenants.people.permissions import Permission

ROWS, SHOWN_CODES = 50, 20
LOOKS = {
    DiscountState.ACTIVE: ("done", "quiet"),
    DiscountState.SCHEDULED: ("wait", "info"),
    DiscountState.ENDED: ("away", "quiet"),
    DiscountState.OFF: ("hold", "quiet"),
    DiscountState.USED_UP: ("away", "quiet"),
}


@needs(Permission.DISCOUNTS_VIEW)
@require_GET
def discounts(request: HttpRequest) -> HttpResponse:
    """List the discounts of a view."""
    now = utc_now()
    view, text = request.GET.get("view", "all"), request.GET.get("q", "").replace("\0", "").strip()[:100]
    counts = count_views(now)
    view = view if view in counts else "all"
    page = Paginator(list_promotions(view=view, text=text, now=now), ROWS).get_page(request.GET.get("page"))
    promotions = list(page)
    codes, amounts = first_codes(promotions), used_amounts(promotions, request.tenant.currency)
    labels = {
        "all": _("All"),
        "active": DiscountState.ACTIVE.label,
        "scheduled": DiscountState.SCHEDULED.label,
        "ended": DiscountState.ENDED.label,
    }
    views = [
        {"label": labels[name], "url": f"?view={name}", "count": count, "current": name == view}
        for name, count in counts.items()
    ]
    rows = [_row(promotion, codes, amounts, now) for promotion in promotions]
    context = {"page": page, "rows": rows, "views": views, "view": view, "query": text, "total": counts["all"],
               "currency": request.tenant.currency}  # fmt: skip
    return render(request, "discounts/list.html", context)


@needs(Permission.DISCOUNTS_EDIT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Switch on, switch off or extend what is picked."""
    picked, now = read_ids(request.POST.getlist("pick"))[:ROWS], utc_now()
    action = request.POST.get("action", "")
    try:
        if action == "extend":
            day = parse_date(request.POST.get("until", "")[:10]) if request.POST.get("until") else None
            until = timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else now
            count = extend_promotions(promotion_ids=picked, ends_at=until, now=now)
        else:
            count = switch_promotions(promotion_ids=picked, is_active=action == "on", now=now)
    except (ShopsteadError, ValueError) as error:
        messages.error(request, str(error))
        return redirect("dashboard_discounts")
    if count:
        said = ngettext("%(n)s discount is changed.", "%(n)s discounts are changed.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, _("Nothing was picked, so nothing was changed."))
    return redirect("dashboard_discounts")


@needs(Permission.DISCOUNTS_EDIT)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Ask what the new discount does."""
    said = {
        DiscountKind.PERCENT: ("discounts", _("10% off everything, a collection or some products.")),
        DiscountKind.AMOUNT: ("wallet", _("A sum off the order, or off each of some products.")),
        DiscountKind.TIERS: ("analytics", _("300 or more: 30 off; 500 or more: 60 off. Or three items: 20% off.")),
        DiscountKind.BUY_GET: ("products", _("Buy two, get the third free or cheaper.")),
        DiscountKind.FREE_DELIVERY: ("truck", _("From an amount on, for a code, or for everybody.")),
    }
    kinds = [
        {"label": kind.label, "url": reverse("dashboard_discount_new", args=[kind.value]), "icon": icon, "note": note}
        for kind, (icon, note) in said.items()
    ]
    return render(request, "discounts/choose.html", {"kinds": kinds, "crumbs": _crumbs()})


@needs(Permission.DISCOUNTS_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a discount of a kind."""
    if kind not in DiscountKind.values:
        raise Http404
    return _edit(request, kind, None)


@needs(Permission.DISCOUNTS_VIEW, change=Permission.DISCOUNTS_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a discount and change it."""
    promotion = _get(pk)
    return _edit(request, promotion.kind, promotion)


@needs(Permission.DISCOUNTS_EDIT)
@require_POST
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a code, make many, take one away, or delete the discount."""
    promotion, do, now = _get(pk), request.POST.get("do", ""), utc_now()
    try:
        if do == "delete":
            title = delete_promotion(promotion_id=pk)
            messages.success(request, _("“%(title)s” is deleted.") % {"title": title})
            return redirect("dashboard_discounts")
        if do == "make":
            text = request.POST.get("count", "")
            count = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
            made = make_codes(promotion_id=pk, count=count, prefix=request.POST.get("prefix", ""), now=now)
            return _csv(made, promotion)
        if do == "add":
            row = add_code(promotion_id=pk, text=request.POST.get("code", ""), limit_count=None, now=now)
            messages.success(request, _("“%(code)s” gives this discount now.") % {"code": row.code})
        elif do.removeprefix("remove:").isdigit() and len(do) < 26:
            gone = remove_code(promotion_id=pk, code_id=int(do.removeprefix("remove:")))
            messages.success(request, _("“%(code)s” gives nothing any more.") % {"code": gone})
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect("dashboard_discount", pk)


@needs(Permission.DISCOUNTS_VIEW)
@require_GET
def codes_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send all codes of a discount as a table."""
    promotion = _get(pk)
    return _csv(list(list_codes(promotion).values_list("code", flat=True)), promotion)


def _edit(request: HttpRequest, kind: str, promotion: Promotion | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    currency, now = request.tenant.currency, utc_now()
    form = DiscountForm(data, kind=kind, currency=currency, promotion=promotion)
    prefixes = ("", "get_") if kind == DiscountKind.BUY_GET else ("",)
    pickers = [read_picker(prefix, data=data, promotion=promotion) for prefix in prefixes]
    do = request.POST.get("do", "save") if data is not None else ""
    facts = _facts(form, pickers) if data is not None else None
    if do == "save" and facts is not None:
        saved = _save(request, form, facts, promotion, now)
        if saved is not None:
            return redirect("dashboard_discount", saved.pk)
    status = 422 if do == "save" and form.errors else 200
    draft = as_promotion(facts) if facts is not None else promotion if data is None else None
    goods = list_goods([one.id for picker in pickers for one in picker.products if one.is_chosen])
    rows = read_rows(data, goods)
    delivery = request.POST.get("try_delivery", "")
    context = {
        "form": form,
        "kind": DiscountKind(kind),
        "promotion": promotion,
        "pickers": pickers,
        "sentence": describe(draft, currency=currency, names=names_of(*pickers)) if draft else "",
        "goods": goods,
        "rows": rows,
        "delivery": delivery,
        "trial": try_discount(draft, rows, currency=currency, delivery=delivery) if draft else None,
        "currency": currency,
        "crumbs": _crumbs(),
        "is_delivery": kind == DiscountKind.FREE_DELIVERY,
        **(_facts_of(promotion, now) if promotion else {}),
    }
    return render(request, "discounts/edit.html", context, status=status)


def _facts(form: DiscountForm, pickers: list[Picker]) -> PromotionFacts | None:
    """Return what was typed, or None with the form's errors where it says nothing."""
    if not form.is_valid():
        return None
    chosen: dict[str, Any] = {}
    for picker in pickers:
        chosen |= picker.chosen
    try:
        return form.facts(chosen)
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def _save(
    request: HttpRequest, form: DiscountForm, facts: PromotionFacts, promotion: Promotion | None, now: datetime
) -> Promotion | None:
    code = form.cleaned_data.get("code") or ""
    try:
        saved = save_promotion(facts=facts, now=now, promotion_id=promotion.pk if promotion else None, first_code=code)
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
    messages.success(request, _("Saved. Carts count with it from now on."))
    return saved


def _facts_of(promotion: Promotion, now: datetime) -> dict[str, Any]:
    state = state_of(promotion, now)
    rows = list_codes(promotion)
    return {
        "state": state,
        "look": LOOKS[state],
        "codes": list(rows[:SHOWN_CODES]),
        "codes_count": rows.count(),
        "most_codes": MOST_AT_ONCE,
    }


def _row(
    promotion: Promotion, codes: dict[int, str], amounts: dict[int, tuple[int, int]], now: datetime
) -> dict[str, Any]:
    state = state_of(promotion, now)
    code = codes.get(promotion.pk, "")
    more = promotion.codes_count - 1 if code else 0  # type: ignore[attr-defined]
    return {
        "promotion": promotion,
        "state": state,
        "look": LOOKS[state],
        "code": code,
        "more": max(more, 0),
        "revenue": amounts.get(promotion.pk, (0, 0))[0],
    }


def _csv(made: list[str], promotion: Promotion) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["Code"])
    # A code has no sign at its beginning that a spreadsheet would take for a formula, but for "+" and "-".
    writer.writerows([f"'{code}" if code[0] in "+-=@" else code] for code in made)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="codes-{promotion.pk}.csv"'
    return response


def _get(pk: int) -> Promotion:
    try:
        return get_promotion(pk)
    except DiscountNotFound as error:
        raise Http404 from error


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Discounts"), "url": reverse("dashboard_discounts")}]


urlpatterns = [
    path("", discounts, name="dashboard_discounts"),
    path("bulk/", bulk, name="dashboard_discounts_bulk"),
    path("new/", choose, name="dashboard_discount_choose"),
    path("new/<slug:kind>/", new, name="dashboard_discount_new"),
    path("<int:pk>/", edit, name="dashboard_discount"),
    path("<int:pk>/codes/", codes, name="dashboard_discount_codes"),
    path("<int:pk>/codes.csv", codes_file, name="dashboard_discount_codes_file"),
]
