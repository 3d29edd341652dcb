"""The merchant's list of withdrawals, and to whom withdrawing and sending back are offered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.orders.days import write_moment
from storefront.returns.forms import TermsForm
from storefront.returns.selectors import get_terms, list_withdrawals
from storefront.returns.services import finish_withdrawal, save_terms
from tenants.people.permissions import Permission

PER_PAGE = 50


@needs(Permission.ORDERS_VIEW)
@require_GET
def withdrawals(request: HttpRequest) -> HttpResponse:
    """Show who withdrew from what; those that wait stand first."""
    page = Paginator(list_withdrawals(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"one": each, "at": write_moment(each.declared_at)} for each in page.object_list]
    crumbs = [{"label": _("Orders"), "url": reverse("dashboard_orders")}]
    return render(request, "returns/withdrawals.html", {"page": page, "rows": rows, "crumbs": crumbs})


@needs(Permission.ORDERS_EDIT)
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a withdrawal was looked after."""
    finish_withdrawal(withdrawal_id=pk, actor=request.user.get_username(), now=utc_now())
    messages.success(request, _("Marked as done."))
    return redirect("dashboard_withdrawals")


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show to whom withdrawing is offered; change it."""
    is_sent = request.method == "POST"
    form = TermsForm(request.POST if is_sent else None, kept=get_terms())
    if is_sent and form.is_valid():
        try:
            save_terms(**form.cleaned_data)
        except ShopsteadError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_withdrawal_terms")
    crumbs = [{"label": _("Settings"), "url": reverse("dashboard_settings")}]
    return render(request, "returns/terms.html", {"form": form, "crumbs": crumbs}, status=422 if is_sent else 200)
