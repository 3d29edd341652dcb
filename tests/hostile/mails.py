"""Have every mail of a store written, about the things of a planted store."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from celery import current_app

from accounts.enums import Notice as AccountNotice
from accounts.services.notices import mail_notice as mail_account_notice
from core.clock import utc_now
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from integrations.mail import services
from storefront.amendments.services import mail_difference
from storefront.carts.models import Cart
from storefront.catalog.models import ProductVariant
from storefront.credits.codes import hash_code, make_code
from storefront.credits.models import CreditEntry, GiftCard
from storefront.credits.services import adjust_store_credit, mail_credit_given
from storefront.credits.services.issuing import mail_card
from storefront.customers.enums import LinkPurpose
from storefront.customers.models import Customer, CustomerLoginLink, Notice
from storefront.customers.services.mailing import NOTICES, mail_login_link, mail_notice
from storefront.drafts.models import Draft
from storefront.drafts.services import mail_link
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Amendment, Order, OrderEvent
from storefront.orders.services.mailing import mail_canceled, mail_confirmation, mail_order_link, mail_shipped
from storefront.payments.models import Payment, Refund, RefundState
from storefront.payments.services.mailing import (
    SOLD_OUT,
    mail_dispute,
    mail_money_arrived,
    mail_refund_failed,
    mail_refunded,
    mail_transfer_due,
)
from storefront.recovery.enums import Outcome
from storefront.recovery.models import AbandonedCart
from storefront.recovery.services import send_reminder
from storefront.returns.enums import ReturnState
from storefront.returns.models import Withdrawal
from storefront.returns.services import mail_confirmation as mail_withdrawal
from storefront.returns.services import mail_notice as mail_withdrawal_notice
from storefront.returns.services import mail_return, mail_return_notice
from storefront.support.models import Message
from storefront.support.services.mailing import mail_question, mail_reply
from tenants.people.enums import Notice as PeopleNotice
from tenants.people.services import mail_invitation
from tenants.people.services.notices import mail_notice as mail_people_notice
from tests.isolation.planting import Planted

ROOT = Path(__file__).resolve().parents[2]
# Parts of others; words of ours alone; and what is sent in a state of which there is no planted row.
APART = {
    "ui/email/base", "orders/email/address", "orders/email/arranged", "orders/email/goods", "orders/email/pickup",
    "accounts/email/no_account", "accounts/email/confirm_email", "archive/email/deletion", "reviews/email/invitation",
}  # fmt: skip


@contextmanager
def arranged(order_id: int) -> Iterator[None]:
    """Let the order wait for a bank transfer, whose words are the merchant's."""
    payment = Payment.objects.create(
        order_id=order_id, provider="manual", state="waiting", method_type="bank_transfer", amount=1800, currency="USD",
        idempotency_key="arranged", created_at=utc_now(), updated_at=utc_now(),
    )  # fmt: skip
    yield
    payment.delete()


def write_all(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Send them all, and return the templates that were not used: none, unless a new mail came."""
    used: set[str] = set()
    render = services.render_to_string

    def note(name: str, words: Any) -> str:
        used.add(name.rpartition(".")[0])
        return str(render(name, words))

    monkeypatch.setattr(services, "render_to_string", note)
    _run_tasks(planted)
    with in_tenant(planted.tenant):
        _write_to_shoppers(planted)
        _remind_of_a_cart(planted)
        _write_about_orders(planted)
    _write_to_people(planted)
    return set(_templates()) - used - APART


def _templates() -> Iterator[str]:
    for part in ("platform", "tenants", "storefront", "billing"):
        for path in (ROOT / part).glob("**/templates/*/email/*.html"):
            yield "/".join(path.parts[-3:]).removesuffix(".html")


def _run_tasks(planted: Planted) -> None:
    """Run every task that sends something, with the things of the store that its arguments are named after."""
    facts: dict[str, Any] = {f"{label.rpartition('.')[2].lower()}_id": row.pk for label, row in planted.rows.items()}
    facts |= {
        "order_id": planted.pk("orders.Order"), "link_id": planted.pk("customers.CustomerLoginLink"),
        "consent_id": planted.pk("content.NewsletterConsent"), "invitation_id": planted.pk("reviews.ReviewInvitation"),
        "claim_id": planted.pk("domains.DomainClaim"), "variant_id": planted.pk("catalog.ProductVariant"),
        "message_id": planted.pk("support.Message"), "access_id": planted.pk("console.SupportAccess"),
        "user_id": planted.owner.pk, "tenant_id": planted.tenant.pk, "email": planted.owner.email, "language": "en",
        "export_id": planted.pk("customers.DataExport"), "kind": "failing",
    }  # fmt: skip
    current_app.loader.import_default_modules()
    for name, task in sorted(current_app.tasks.items()):
        wanted = list(signature(task.run).parameters)
        is_mail = "mail" in name or ("send" in name and "payments" not in name)
        if is_mail and wanted and set(wanted) <= {*facts}:
            told = {one: facts[one] for one in wanted}
            result = task.apply(kwargs=told, headers={SCHEMA_HEADER: planted.tenant.schema_name})
            assert not result.failed(), f"{name}: {result.result!r:.300}"


def _write_to_shoppers(planted: Planted) -> None:
    now, link = utc_now(), planted.pk("customers.CustomerLoginLink")
    for purpose in LinkPurpose:
        CustomerLoginLink.objects.filter(pk=link).update(purpose=purpose, mailed_at=None, used_at=None)
        mail_login_link(link_id=link, now=now)
    for kind in NOTICES:
        notice = Notice.objects.create(email="ada@example.com", language="zh-hans", kind=kind, created_at=now)
        mail_notice(notice_id=notice.pk)
    message = planted.pk("support.Message")
    for spoken, _label in Message.KINDS:
        Message.objects.filter(pk=message).update(kind=spoken, emailed_at=None)
        mail_reply(message_id=message, now=now)
        mail_question(message_id=message, now=now)


def _remind_of_a_cart(planted: Planted) -> None:
    now, left = utc_now(), planted.pk("recovery.AbandonedCart")
    Cart.objects.filter(abandoned=left).update(ordered_at=None, order_token="", updated_at=now)
    ProductVariant.objects.filter(cartline__cart__abandoned=left).update(tracks_stock=False)
    Customer.objects.filter(abandoned_carts=left).update(wants_reminders=True)
    Order.objects.filter(customer__abandoned_carts=left).update(placed_at=now - timedelta(days=30))
    AbandonedCart.objects.filter(pk=left).update(outcome=Outcome.WAITING, mailed_at=None, left_at=now)
    assert send_reminder(abandoned_id=left, now=now)


def _write_about_orders(planted: Planted) -> None:
    now, order, refund = utc_now(), planted.pk("orders.Order"), planted.pk("payments.Refund")
    withdrawal, card = planted.pk("returns.Withdrawal"), GiftCard.objects.get(pk=planted.pk("credits.GiftCard"))
    OrderEvent.objects.filter(order=order, key__startswith="mail.").delete()
    paid_at = Order.objects.values_list("paid_at", flat=True).get(pk=order)
    Order.objects.filter(pk=order).update(status=OrderStatus.OPEN, paid_at=None)
    with arranged(order):
        mail_confirmation(order_id=order, now=now)
        payment = Payment.objects.get(idempotency_key="arranged")
        assert mail_transfer_due(payment_id=payment.pk, now=now)
    Order.objects.filter(pk=order).update(paid_at=paid_at or now)
    assert mail_money_arrived(order_id=order, now=now)
    Order.objects.filter(pk=order).update(paid_at=paid_at)
    mail_order_link(order_id=order, again="hostile", now=now)
    word = planted.word
    place = {"name": word, "address": {"line1": word, "country": "US"}, "hours": word, "text": word}
    Order.objects.filter(pk=order).update(pickup=place)
    mail_shipped(order_id=order, fulfillment_id=planted.pk("orders.Fulfillment"), now=now)
    Order.objects.filter(pk=order).update(pickup={})
    Refund.objects.filter(pk=refund).update(state=RefundState.SUCCEEDED, reason=SOLD_OUT)
    mail_refunded(refund_id=refund, now=now)
    mail_refund_failed(refund_id=refund, now=now)
    mail_dispute(dispute_pk=planted.pk("payments.Dispute"), status="needs_response", now=now)
    Withdrawal.objects.filter(pk=withdrawal).update(confirmed_at=None, noticed_at=None)
    mail_withdrawal(withdrawal_id=withdrawal, now=now)
    mail_withdrawal_notice(withdrawal_id=withdrawal, now=now)
    added = Amendment.objects.filter(pk=planted.pk("orders.Amendment"))
    added.update(state="open", ended_at=None)
    mail_difference(amendment_id=planted.pk("orders.Amendment"), now=now)
    added.update(state="called_off", ended_at=now)
    drafted = Draft.objects.filter(pk=planted.pk("drafts.Draft"))
    drafted.update(sent_at=now, mailed_at=None)
    assert mail_link(draft_id=planted.pk("drafts.Draft"), now=now)
    drafted.update(sent_at=None, mailed_at=None)
    for state in ReturnState.values:
        mail_return(return_id=planted.pk("returns.Return"), state=state, now=now)
    mail_return_notice(return_id=planted.pk("returns.Return"), now=now)
    GiftCard.objects.filter(pk=card.pk).update(
        code_hash=hash_code(make_code(card.nonce)), recipient_email="ada@example.com", is_active=True, mailed_at=None
    )
    mail_card(card_id=card.pk, now=now)
    adjust_store_credit(
        customer_id=planted.pk("customers.Customer"), currency="USD", amount=1, actor="x", note=card.message, now=now
    )
    assert mail_credit_given(entry_id=CreditEntry.objects.order_by("-pk")[0].pk, now=now)
    Order.objects.filter(pk=order).update(status=OrderStatus.CANCELED)
    mail_canceled(order_id=order, now=now)


def _write_to_people(planted: Planted) -> None:
    invitation, owner = planted.rows["people.Invitation"], planted.owner
    type(invitation).objects.filter(pk=invitation.pk).update(email="new@example.com")
    mail_invitation(invitation_id=invitation.pk, nonce=invitation.nonce, now=utc_now())
    owner.refresh_from_db()
    for account_notice in AccountNotice:
        mail_account_notice(
            user_id=owner.pk, notice=account_notice, to=owner.email, user_agent=owner.name, address=owner.name,
            at=utc_now().isoformat(), detail=owner.name,
        )  # fmt: skip
    for notice in PeopleNotice:
        mail_people_notice(
            user_id=owner.pk, tenant_id=planted.tenant.pk, notice=notice, name=owner.name, email=owner.email,
            by=owner.name, role="manager", before="analyst",
        )  # fmt: skip
