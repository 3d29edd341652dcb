"""Answer a dispute: what the bank says, until when, what is sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.payments.forms import EvidenceForm
from storefront.payments.models import Dispute
from storefront.payments.selectors.disputes import ANY_REASON, REASONS, get_dispute
from storefront.payments.services.disputes import CAN_ANSWER, accept_dispute, answer_dispute, list_evidence
from tenants.people.permissions import Permission


@needs(Permission.REFUNDS_CREATE)
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, pk: int, dispute_id: int) -> HttpResponse:
    found = get_dispute(order_id=pk, pk=dispute_id)
    if request.method == "GET":
        return _page(request, found, EvidenceForm(initial={"text": found.evidence_text}))
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        _act(request, found, form)
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, found, form, status=422)
    return redirect("dashboard_order_dispute", pk=pk, dispute_id=dispute_id)


def _act(request: HttpRequest, found: Dispute, form: EvidenceForm) -> None:
    actor, now = request.user.get_username(), utc_now()
    if request.POST.get("do") == "accept":
        accept_dispute(dispute_pk=found.pk, actor=actor, now=now)
        messages.success(request, _("Accepted. The customer keeps the money, and the matter is closed."))
        return
    submits = request.POST.get("do") == "send"
    file = form.cleaned_data["file"]
    answer_dispute(
        dispute_pk=found.pk,
        text=form.cleaned_data["text"],
        file_name=file.name if file else "",
        content=file.read() if file else b"",
        submits=submits,
        actor=actor,
        now=now,
    )
    messages.success(
        request,
        _("Sent to the bank. It usually decides within 60 to 75 days.")
        if submits
        else _("Kept. Nothing was sent yet."),
    )


def _page(request: HttpRequest, found: Dispute, form: EvidenceForm, *, status: int = 200) -> HttpResponse:
    order = found.payment.order
    says, helps = REASONS.get(found.reason, ANY_REASON)
    known = list_evidence(found)
    names = {
        "product_description": _("Goods"),
        "customer_name": _("Name"),
        "customer_email_address": _("E-mail"),
        "shipping_address": _("Delivered to"),
        "shipping_carrier": _("Carrier"),
        "shipping_tracking_number": _("Tracking number"),
        "shipping_date": _("Sent on"),
    }
    context: dict[str, Any] = {
        "order": order,
        "dispute": found,
        "form": form,
        "says": says,
        "helps": helps,
        "can_answer": found.status in CAN_ANSWER,
        "is_inquiry": found.status.startswith("warning"),
        "known": [(names[key], value) for key, value in known.items() if key in names],
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_order", args=[order.pk]), "label": order.name},
        ],
    }
    return render(request, "payments/dashboard/dispute.html", context, status=status)
