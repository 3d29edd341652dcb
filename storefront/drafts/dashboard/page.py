"""The merchant's page of one draft."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.customers.addresses import format_address
from storefront.drafts.dashboard.looks import draft_row
from storefront.drafts.dashboard.sums import goods_rows, sum_lines, write
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.forms import ExtendForm, PaidForm
from storefront.drafts.selectors import get_buyer, get_draft, is_over, quote_draft
from storefront.drafts.services.mailing import link_of
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_VIEW)
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft, what it comes to, and what can be done about it."""
    found, now = get_draft(pk), utc_now()
    buyer = get_buyer(found, otherwise=request.tenant.country)
    quote = quote_draft(found, buyer=buyer, method_id=found.method_id, now=now)
    is_running = found.state in RUNNING and not is_over(found, now=now)
    is_final = not quote.is_tax_open and (not quote.needs_delivery or found.delivery_amount is not None)
    context = {
        "draft": found,
        "row": draft_row(found, now=now),
        "goods": goods_rows(quote),
        "problems": quote.view.problems if is_running else (),
        "parts": sum_lines(quote),
        "total": write(quote.totals.total, quote),
        "total_amount": quote.totals.due,
        "is_final": is_final,
        "is_running": is_running,
        "is_editable": found.state in RUNNING,
        "may_begin_again": found.state != DraftState.COMPLETED,
        "link": link_of(found) if found.state != DraftState.COMPLETED else "",
        "address": format_address(found.address) if found.address else [],
        "method": quote.rate.name if quote.rate is not None and found.method_id is not None else "",
        "paid_form": PaidForm(),
        "extend_form": ExtendForm(),
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_drafts"), "label": _("Drafts")},
        ],
    }
    return render(request, "drafts/draft.html", context)
