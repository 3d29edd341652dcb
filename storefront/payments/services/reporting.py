"""Tell whoever counted an order's taxes that it was paid, and what was given back of it: once each, whoever asks."""

import logging
from collections.abc import Mapping
from datetime import datetime

from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.stripe.errors import StripeRefused
from integrations.stripe.gateway_taxes import Reversal, TakenBack
from storefront.orders.models import Order
from storefront.orders.services import note_event
from storefront.payments.models import Payment, PaymentState, Refund, RefundState, ReportState, TaxReport
from storefront.pricing.correcting import UNSPLIT, SoldPart, take_part
from storefront.taxes.enums import TaxProviderName
from storefront.taxes.errors import TaxUnavailable
from storefront.taxes.providers import Reported, TaxProvider, tax_provider
from tenants.selectors import find_payment_account

DELIVERY = 0

logger = logging.getLogger(__name__)


def note_sale(order: Order, *, now: datetime) -> None:
    """Write that an order that was just paid is to be reported, in the transaction that makes it paid."""
    if order.tax_calculation_id:
        _write(order, None, reference=f"order-{order.token}", now=now)


def note_given_back(order: Order, payment: Payment, refund: Refund, *, before: RefundState, now: datetime) -> None:
    """Write that what has arrived at the customer is to be taken back of the report; the order is locked.

    What comes back to the store after that stays taken back there, and a line of the timeline says so.
    """
    if not order.tax_calculation_id or payment.state != PaymentState.PAID or order.paid_at is None:
        return
    if refund.state == RefundState.SUCCEEDED:
        _write(order, refund, reference=refund.idempotency_key, now=now)
    elif refund.state == RefundState.FAILED and before == RefundState.SUCCEEDED:
        _note_failure(order, refund.idempotency_key, "", now=now)


def send_report(*, report_id: int, now: datetime) -> TaxReport:
    """Tell what is written; asked twice it is told once. A refusal ends it as failed, and the timeline says so.

    Raises: StripeUnavailable.
    """
    report = TaxReport.objects.select_related("order", "refund").get(pk=report_id)
    if report.state != ReportState.INTENT:
        return report
    account = find_payment_account(current_tenant())
    try:
        provider = tax_provider(TaxProviderName.STRIPE, account_id=account.external_id if account else "")
        made = _tell(report, provider, now=now)
    except (StripeRefused, TaxUnavailable) as error:
        logger.warning("tax report %s was refused: %s", report.pk, error)
        report = _end(report, ReportState.FAILED, None, now=now)
        if report.state == ReportState.FAILED:
            _note_failure(report.order, report.reference, str(error), now=now)
        return report
    return _end(report, ReportState.DONE, made, now=now)


def _tell(report: TaxReport, provider: TaxProvider, *, now: datetime) -> Reported:
    order = report.order
    if report.refund is None:
        return provider.report(calculation_id=order.tax_calculation_id, reference=report.reference)
    sale = TaxReport.objects.get(order=order, refund=None)
    if sale.state == ReportState.INTENT:
        sale = send_report(report_id=sale.pk, now=now)
    if sale.state == ReportState.FAILED:
        raise StripeRefused("the sale itself is not in the reports")
    return provider.take_back(
        transaction_id=sale.stripe_transaction_id or "",
        reference=report.reference,
        currency=order.currency,
        back=_taken_back(report, report.refund, sale.lines),
        is_included=order.taxes_included,
    )


def _taken_back(report: TaxReport, refund: Refund, names: Mapping[str, str]) -> Reversal | None:
    """Return what a refund takes back: all (None), its lines and delivery with their taxes, or a sum that is no line's."""
    order, total = report.order, refund.amount + refund.credit_amount
    earlier = [one for one in order.tax_reports.select_related("refund") if one.refund and one.pk < report.pk]
    if not earlier and total == order.total_amount:
        return None
    before = [one.refund for one in earlier if one.refund]
    rows = list(refund.lines.select_related("order_line"))
    is_by_line = all(one.adjustment_amount == 0 for one in (*before, refund))
    if not is_by_line or any(str(row.order_line.variant_id) not in names for row in rows if row.amount):
        return Reversal(flat_amount=total)
    gone: dict[int, int] = {DELIVERY: sum(one.delivery_amount for one in before)}
    for line_id, amount in _lines_of(before):
        gone[line_id] = gone.get(line_id, 0) + amount
    lines = []
    for row in rows:
        line = row.order_line
        if not row.amount:
            continue
        paid = line.total_amount - line.discount_amount + (0 if order.taxes_included else line.tax_amount)
        tax = _tax_of(line.pk, paid, line.tax_amount, gone.get(line.pk, 0), row.amount)
        name = f"{report.reference}-{line.pk}"
        lines.append(TakenBack(names[str(line.variant_id)], name, row.amount, tax, row.quantity))
    cost = order.shipping_amount - order.shipping_discount_amount
    paid = cost + (0 if order.taxes_included else order.shipping_tax_amount)
    back = refund.delivery_amount
    tax = _tax_of(DELIVERY, paid, order.shipping_tax_amount, gone[DELIVERY], back) if back else 0
    return Reversal(lines=lines, shipping=(back, tax))


def _tax_of(key: int, paid: int, tax: int, gone: int, amount: int) -> int:
    return take_part(SoldPart(key, paid, {UNSPLIT: tax}, credited=gone), amount).tax


def _lines_of(refunds: list[Refund]) -> list[tuple[int, int]]:
    return [pair for one in refunds for pair in one.lines.values_list("order_line_id", "amount")]


def _write(order: Order, refund: Refund | None, *, reference: str, now: datetime) -> None:
    report, is_new = TaxReport.objects.get_or_create(
        reference=reference, defaults={"order": order, "refund": refund, "created_at": now, "updated_at": now}
    )
    if is_new:
        enqueue(task="storefront.payments.report_tax", kwargs={"report_id": report.pk})


def _end(report: TaxReport, state: ReportState, made: Reported | None, *, now: datetime) -> TaxReport:
    """Write how it ended; what somebody else has written meanwhile stays."""
    told = {"stripe_transaction_id": made.id, "lines": dict(made.lines)} if made else {}
    TaxReport.objects.filter(pk=report.pk, state=ReportState.INTENT).update(state=state, updated_at=now, **told)
    return TaxReport.objects.get(pk=report.pk)


def _note_failure(order: Order, reference: str, message: str, *, now: datetime) -> None:
    note_event(
        order=order,
        type="tax.not_reported",
        actor="stripe",
        now=now,
        key=f"tax:{reference}"[:80],
        data={"message": message},
    )
