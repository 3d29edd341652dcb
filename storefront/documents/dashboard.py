"""The merchant's papers: invoices, packing slips, and who they are on them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.documents.answering import pdf_answer
from storefront.documents.credit_papers import credit_note_paper
from storefront.documents.errors import CreditNoteNotFound
from storefront.documents.forms import LetterheadForm
from storefront.documents.papers import invoice_paper, packing_slip
from storefront.documents.selectors import find_invoice, get_credit_note, get_letterhead
from storefront.documents.services import WORDS, Series, issue_invoice, save_letterhead
from storefront.orders.dashboard.bulk import back_to, chosen_orders
from storefront.orders.models import Order
from storefront.orders.selectors import get_order_page
from tenants.people.permissions import Permission

MOST_SLIPS = 200
_FORM_FIELDS = {"prefix": "before", "note_prefix": "note_before"}


@needs(Permission.ORDERS_VIEW, change=Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an order's invoice; with POST issue it first."""
    order = get_order_page(pk, now=utc_now()).order
    if request.method == "POST":
        try:
            issue_invoice(order_id=pk, actor=request.user.get_username(), now=utc_now())
        except ShopsteadError as error:
            messages.error(request, str(error))
            return redirect("dashboard_order", pk=pk)
        return redirect("dashboard_order_invoice", pk=pk)
    found = find_invoice(order)
    if found is None:
        raise Http404(_("No invoice was issued for this order."))
    return pdf_answer([invoice_paper(found)], name=found.number)


@needs(Permission.ORDERS_VIEW)
@require_GET
def credit_note(request: HttpRequest, pk: int, note_id: int) -> HttpResponse:
    """Show what was taken off an order's invoice."""
    try:
        found = get_credit_note(get_order_page(pk, now=utc_now()).order, note_id)
    except CreditNoteNotFound as error:
        raise Http404(str(error)) from error
    return pdf_answer([credit_note_paper(found)], name=found.number)


@needs(Permission.ORDERS_VIEW)
@require_GET
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes into the parcel."""
    order = get_order_page(pk, now=utc_now()).order
    return pdf_answer([packing_slip(order, get_letterhead())], name=order.name)


@needs(Permission.ORDERS_VIEW)
@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """Put the packing slips of the chosen orders into one file, the oldest order first."""
    chosen = chosen_orders(request)[:MOST_SLIPS]
    letterhead = get_letterhead()
    orders = Order.objects.filter(pk__in=chosen).order_by("placed_at", "pk")
    if not orders:
        messages.warning(request, _("Choose the orders first."))
        return redirect(back_to(request))
    return pdf_answer((packing_slip(order, letterhead) for order in orders.iterator()), name=_("Packing slips"))


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show who the merchant is on paper, and how invoices are numbered; change it."""
    is_sent = request.method == "POST"
    form = LetterheadForm(request.POST if is_sent else None, kept=get_letterhead())
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            save_letterhead(
                words={name: given[name] for name in WORDS},
                invoices=Series(given["before"], given["next_number"]),
                notes=Series(given["note_before"], given["next_note_number"]),
            )
        except ShopsteadError as error:
            form.add_error(_FORM_FIELDS.get(error.field or "", error.field), str(error))
        else:
            messages.success(request, _("Saved. The next paper says so."))
            return redirect("dashboard_documents")
    crumbs = [{"label": _("Settings"), "url": reverse("dashboard_settings")}]
    return render(request, "documents/settings.html", {"form": form, "crumbs": crumbs}, status=422 if is_sent else 200)


urlpatterns = [
    path("orders/bulk/packing-slips/", slips, name="dashboard_packing_slips"),
    path("orders/<int:pk>/invoice/", invoice, name="dashboard_order_invoice"),
    path("orders/<int:pk>/credit-notes/<int:note_id>/", credit_note, name="dashboard_order_credit_note"),
    path("orders/<int:pk>/packing-slip/", slip, name="dashboard_order_slip"),
    path("settings/documents/", settings, name="dashboard_documents"),
]
