"""Disputes: mirrored from the provider, answered from the dashboard."""

import hashlib
import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.outbox.services import enqueue
from integrations.stripe import gateway_disputes as stripe_disputes
from storefront.customers.addresses import format_address
from storefront.orders.carriers import carrier_name
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import note_event
from storefront.payments.errors import DisputeClosed, EvidenceRefused
from storefront.payments.locks import lock_payment
from storefront.payments.models import Dispute, DisputeStatus, Payment

CAN_ANSWER = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE})
ENDED = frozenset({DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.PREVENTED, DisputeStatus.WARNING_CLOSED})
# As long as Stripe takes it for one field.
LONGEST_TEXT = 20_000
LARGEST_FILE = 4_500_000
_FILE_STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}

logger = logging.getLogger(__name__)


def mirror_dispute(*, dispute_id: str, payment_intent_id: str, now: datetime) -> Dispute | None:
    """Bring a dispute of this store to what the provider says of it now; None where the payment is not this store's.

    Raises: StripeUnavailable, StripeRefused.
    """
    payment = Payment.objects.filter(stripe_payment_intent_id=payment_intent_id).first() if payment_intent_id else None
    if payment is None:
        logger.info("a dispute names a payment that is not this store's: %s", payment_intent_id)
        return None
    there = stripe_disputes.retrieve_dispute(account_id=payment.account_id, dispute_id=dispute_id)
    if there.payment_intent_id != payment_intent_id:
        logger.error("dispute %s is about another payment than its event says", dispute_id)
        return None
    return record_dispute(payment_id=payment.pk, there=there, now=now)


def record_dispute(*, payment_id: int, there: stripe_disputes.StripeDispute, now: datetime) -> Dispute:
    """Write what the provider says of a dispute; the merchant hears of its beginning and its end, once each."""
    with transaction.atomic():
        order = lock_order(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
        payment = lock_payment(payment_id)
        dispute = Dispute.objects.filter(stripe_dispute_id=there.id).first()
        before = dispute.status if dispute else ""
        if dispute is None:
            dispute = Dispute(stripe_dispute_id=there.id, payment=payment, created_at=there.created_at)
        dispute.status, dispute.reason = there.status, there.reason[:60]
        dispute.amount, dispute.currency, dispute.due_at = there.amount, there.currency, there.due_at
        dispute.updated_at = now
        dispute.save()
        if before != dispute.status:
            _tell(order, dispute, before=before, now=now)
    return dispute


def answer_dispute(
    *, dispute_pk: int, text: str, file_name: str, content: bytes, submits: bool, actor: str, now: datetime
) -> Dispute:
    """Keep what speaks for the store, with what the order itself proves, and send it to the bank where `submits`.

    The bank takes one answer. `content` is empty where no new file was chosen.
    Raises: DisputeClosed, EvidenceRefused, StripeUnavailable, StripeRefused.
    """
    dispute = Dispute.objects.select_related("payment__order").get(pk=dispute_pk)
    text = text.strip()
    if dispute.status not in CAN_ANSWER:
        raise DisputeClosed(_("The bank does not take an answer any more. Nothing was sent."))
    if len(text) > LONGEST_TEXT:
        raise EvidenceRefused(_("Write %(most)s characters at most.") % {"most": LONGEST_TEXT}, field="text")
    if submits and not text and not content and not dispute.evidence_file_id:
        raise EvidenceRefused(_("Say why the payment is right, or add a file, before you send it."), field="text")
    if content:
        dispute.evidence_file = _safe_name(file_name, content)
        dispute.evidence_file_id = stripe_disputes.upload_evidence(
            account_id=dispute.payment.account_id,
            name=dispute.evidence_file,
            content=content,
            idempotency_key=f"file-{hashlib.sha256(content).hexdigest()[:40]}-{dispute.pk}",
        )
    dispute.evidence_text = text
    evidence = list_evidence(dispute)
    digest = hashlib.sha256(repr(sorted(evidence.items())).encode()).hexdigest()[:40]
    there = stripe_disputes.answer_dispute(
        account_id=dispute.payment.account_id,
        dispute_id=dispute.stripe_dispute_id,
        evidence=evidence,
        submits=submits,
        idempotency_key=f"dispute-{dispute.pk}-{'send' if submits else 'keep'}-{digest}",
    )
    Dispute.objects.filter(pk=dispute.pk).update(
        evidence_text=text, evidence_file=dispute.evidence_file, evidence_file_id=dispute.evidence_file_id
    )
    if submits:
        _note_answer(dispute, "payment.dispute_answered", actor=actor, now=now)
    return record_dispute(payment_id=dispute.payment_id, there=there, now=now)


def accept_dispute(*, dispute_pk: int, actor: str, now: datetime) -> Dispute:
    """Give a dispute up; the money stays with the customer.

    Raises: DisputeClosed, StripeUnavailable, StripeRefused.
    """
    dispute = Dispute.objects.select_related("payment__order").get(pk=dispute_pk)
    if dispute.status in ENDED:
        raise DisputeClosed(_("This dispute is decided already."))
    there = stripe_disputes.accept_dispute(account_id=dispute.payment.account_id, dispute_id=dispute.stripe_dispute_id)
    _note_answer(dispute, "payment.dispute_accepted", actor=actor, now=now)
    return record_dispute(payment_id=dispute.payment_id, there=there, now=now)


def list_evidence(dispute: Dispute) -> dict[str, str]:
    """Return all that is told to the bank: the merchant's words and file, and what the order knows by itself."""
    order = dispute.payment.order
    parcels = list(order.fulfillments.exclude(tracking_number="").order_by("pk"))
    kept = [line for line in order.lines.order_by("pk") if line.kept_count]
    lines = ", ".join(f"{line.kept_count} × {line.title}" for line in kept)
    address = format_address(order.shipping_address) if order.shipping_address.get("country") else []
    found = {
        "product_description": lines,
        "customer_name": str(order.shipping_address.get("name") or ""),
        "customer_email_address": order.email,
        "shipping_address": ", ".join(address),
        "shipping_carrier": ", ".join(dict.fromkeys(carrier_name(parcel.carrier) for parcel in parcels)),
        "shipping_tracking_number": ", ".join(parcel.tracking_number for parcel in parcels),
        "shipping_date": parcels[0].created_at.date().isoformat() if parcels else "",
        "uncategorized_text": dispute.evidence_text,
        "uncategorized_file": dispute.evidence_file_id,
    }
    return {name: value[:LONGEST_TEXT] for name, value in found.items() if value}


def _safe_name(name: str, content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise EvidenceRefused(_("The file is larger than 4.5 MB. Make it smaller and try again."), field="file")
    kind = next((kind for start, kind in _FILE_STARTS.items() if content.startswith(start)), "")
    if not kind:
        raise EvidenceRefused(_("Banks take PDF, JPEG and PNG files only."), field="file")
    stem = "".join(sign for sign in name.rpartition(".")[0] if sign.isalnum() or sign in "-_ ")[:80].strip()
    return f"{stem or 'evidence'}.{kind}"


def _note_answer(dispute: Dispute, kind: str, *, actor: str, now: datetime) -> None:
    with transaction.atomic():
        order = lock_order(dispute.payment.order_id)
        note_event(order=order, type=kind, actor=actor, now=now, key=f"{kind}:{dispute.pk}")
        Dispute.objects.filter(pk=dispute.pk).update(answered_at=now, answered_by=actor)


def _tell(order: Order, dispute: Dispute, *, before: str, now: datetime) -> None:
    ended = dispute.status in ENDED
    if before and not ended:
        return
    kind = f"payment.dispute_{dispute.status}" if ended else "payment.disputed"
    data = {"amount": dispute.amount, "currency": dispute.currency, "reason": dispute.reason}
    note_event(order=order, type=kind, actor="stripe", now=now, key=f"{kind}:{dispute.pk}", data=data)
    enqueue(task="storefront.payments.mail_dispute", kwargs={"dispute_pk": dispute.pk, "status": dispute.status})
