"""What a bank does when a cardholder says that a payment is not right."""

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.payments import record_transaction
from integrations.stripe.sandbox.schedule import DAY
from integrations.stripe.sandbox.scope import Scope

TIME_TO_ANSWER = 14 * DAY
FEE = 1500
WAITING = ("needs_response", "warning_needs_response")
FINAL = ("won", "lost", "warning_closed")
# What decides a dispute in a sandbox. Source: docs.stripe.com/testing#evidence.
WINNING, LOSING = "winning_evidence", "losing_evidence"


def open_dispute(scope: Scope, charge: Obj, reason: str, *, is_inquiry: bool = False) -> Obj:
    """Let the bank take what is left of a charge back, or only ask about it."""
    dispute = scope.make(
        "dispute",
        "du",
        amount=max(1, charge["amount"] - charge["amount_refunded"]),
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
        is_charge_refundable=is_inquiry,
    )
    card = charge["payment_method_details"].get("card") or {}
    dispute["payment_method_details"] = {
        "type": "card",
        "card": {
            "brand": card.get("brand", "visa"),
            "case_type": "inquiry" if is_inquiry else "chargeback",
            "network_reason_code": "10.4",
            "network": card.get("network", "visa"),
        },
    }
    dispute["evidence_details"] |= {"due_by": scope.now + TIME_TO_ANSWER}
    charge["disputed"] = True
    scope.save(charge)
    if not is_inquiry:
        _book(scope, dispute, -dispute["amount"], FEE)
    scope.save(dispute)
    scope.emit("charge.dispute.created", dispute)
    if not is_inquiry:
        scope.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def dispute_charge(scope: Scope, charge: Obj) -> None:
    """Dispute a charge whose card says so."""
    kind, _, reason = str(charge.get("_after", "")).partition("_")
    charge["_after"] = ""
    scope.save(charge)
    if kind in ("dispute", "inquiry"):
        open_dispute(scope, charge, reason, is_inquiry=kind == "inquiry")


def add_evidence(scope: Scope, dispute: Obj, evidence: Obj, *, submits: bool) -> Obj:
    """Keep what speaks for the merchant, and send it to the bank where asked; the sandbox's words decide at once.

    Raises:
        ApiError: the bank does not take anything any more, or a file is not there.
    """
    if dispute["status"] not in WAITING:
        raise ApiError(f"This dispute cannot be updated because its status is {dispute['status']}.")
    previous = {"evidence": dispute["evidence"], "status": dispute["status"]}
    for name in ("uncategorized_file", "shipping_documentation", "customer_communication", "receipt"):
        if evidence.get(name):
            scope.get("file", evidence[name], f"evidence[{name}]")
    dispute["evidence"] = dispute["evidence"] | evidence
    dispute["evidence_details"]["has_evidence"] = any(value for value in dispute["evidence"].values())
    if submits:
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = "under_review" if dispute["status"] == "needs_response" else "warning_under_review"
    scope.save(dispute)
    scope.emit("charge.dispute.updated", dispute, previous)
    text = str(dispute["evidence"].get("uncategorized_text") or "")
    if submits and (WINNING in text or LOSING in text):
        close_dispute(scope, dispute, won=WINNING in text)
    return dispute


def close_dispute(scope: Scope, dispute: Obj, *, won: bool) -> Obj:
    """Decide a dispute; the money comes back where the merchant won.

    Raises:
        ApiError: it is decided already.
    """
    if dispute["status"] in FINAL:
        raise ApiError(f"This dispute is already {dispute['status']}.")
    is_inquiry = str(dispute["status"]).startswith("warning")
    dispute["status"] = "warning_closed" if is_inquiry else "won" if won else "lost"
    if won and not is_inquiry:
        _book(scope, dispute, dispute["amount"], 0)
    scope.save(dispute)
    scope.emit("charge.dispute.closed", dispute)
    if won and not is_inquiry:
        scope.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _book(scope: Scope, dispute: Obj, amount: int, fee: int) -> None:
    transaction = record_transaction(scope, dispute, amount, "adjustment", fee)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], transaction]
