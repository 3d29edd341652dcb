"""The shopper's invoice and what was taken off it, at the secret address of the order."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.documents.answering import pdf_answer
from storefront.documents.credit_papers import credit_note_paper
from storefront.documents.errors import CreditNoteNotFound
from storefront.documents.papers import invoice_paper
from storefront.documents.selectors import find_invoice, get_credit_note
from storefront.documents.services import issue_invoice
from storefront.orders.errors import OrderNotFound
from storefront.orders.selectors import get_order_by_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """Show the order's invoice; with POST, once it is paid, issue it first."""
    try:
        order = get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    if request.method == "POST":
        try:
            if order.paid_at is not None:
                issue_invoice(order_id=order.pk, actor="shopper", now=utc_now())
        except ShopsteadError as error:
            messages.error(request, str(error))
            return redirect("order", token=token)
        return redirect("order_invoice", token=token)
    found = find_invoice(order)
    if found is None:
        raise Http404(_("No invoice was issued for this order."))
    return pdf_answer([invoice_paper(found)], name=found.number)


@never_cache
@require_safe
def credit_note(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Show what was taken off the order's invoice."""
    try:
        found = get_credit_note(get_order_by_token(token), pk)
    except (OrderNotFound, CreditNoteNotFound) as error:
        raise Http404(str(error)) from error
    return pdf_answer([credit_note_paper(found)], name=found.number)


urlpatterns = [
    path("orders/<str:token>/invoice/", invoice, name="order_invoice"),
    path("orders/<str:token>/credit-notes/<int:pk>/", credit_note, name="order_credit_note"),
]
