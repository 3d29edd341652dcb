"""Have every mail of a store written, about the things of a planted store."""

from collections.abc import Iterator
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
from storefront.credits.codes import hash_code, make_code
from storefront.credits.models import GiftCard
from storefront.credits.services.issuing import mail_card
from storefront.customers.enums import LinkPurpose
from storefront.customers.models import CustomerLoginLink, Notice
from storefront.customers.services.mailing import NOTICES, mail_login_link, mail_notice
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services.mailing import mail_canceled, mail_confirmation, mail_order_link
from storefront.payments.models import Refund, RefundState
from storefront.payments.services.mailing import SOLD_OUT, mail_dispute, mail_refund_failed, mail_refunded
from storefront.returns.models import Withdrawal
from storefront.returns.services import mail_confirmation as mail_withdrawal
from storefront.returns.services import mail_notice as mail_withdrawal_notice
from storefront.support.models import Message
from storefront.support.services.mailing import mail_question, mail_reply
from tenants.people.enums import Notice as PeopleNotice
from tenants.people.services import mail_invitation
from tenants.people.services.notices import mail_notice as mail_people_notice
from tests.isolation.planting import Planted

ROOT = Path(__file__).resolve().parents[2]
# Parts of others; words of ours alone; and what is sent in a state of which there is no planted row.
APART = {"ui/email/base", "orders/email/address", "orders/email/goods", "accounts/email/no_account",
         "accounts/email/confirm_email", "archive/email/deletion", "reviews/email/invitation"}  # fmt: skip


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
        _write_about_orders(planted)
    _write_to_people(planted)
    return set(_templates()) - used - APART


def _templates() -> Iterator[str]:
    for part in ("platform", "tenants", "storefront", "billing"):
        for path in (ROOT / part).glob("**/templates/*/email/*.html"):
            yield "/".join(path.parts[-3:]).removesuffix(".html")


def _run_tasks(planted: Planted) -> None:
    """Run every task that sends something, with the things of the store that its arguments are named after."""
    facts: dict[str, Any] = {f"{label.split('.')[1].lower()}_id": row.pk for label, row in planted.rows.items()}
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


def _write_about_orders(planted: Planted) -> None:
    now, order, refund = utc_now(), planted.pk("orders.Order"), planted.pk("payments.Refund")
    withdrawal, card = planted.pk("returns.Withdrawal"), GiftCard.objects.get(pk=planted.pk("credits.GiftCard"))
    OrderEvent.objects.filter(order=order, key__startswith="mail.").delete()
    Order.objects.filter(pk=order).update(status=OrderStatus.OPEN)
    mail_confirmation(order_id=order, now=now)
    mail_order_link(order_id=order, again="hostile", now=now)
    Refund.objects.filter(pk=refund).update(state=RefundState.SUCCEEDED, reason=SOLD_OUT)
    mail_refunded(refund_id=refund, now=now)
    mail_refund_failed(refund_id=refund, now=now)
    mail_dispute(dispute_pk=planted.pk("payments.Dispute"), status="needs_response", now=now)
    Withdrawal.objects.filter(pk=withdrawal).update(confirmed_at=None, noticed_at=None)
    mail_withdrawal(withdrawal_id=withdrawal, now=now)
    mail_withdrawal_notice(withdrawal_id=withdrawal, now=now)
    GiftCard.objects.filter(pk=card.pk).update(
        code_hash=hash_code(make_code(card.nonce)), recipient_email="ada@example.com", is_active=True, mailed_at=None
    )
    mail_card(card_id=card.pk, now=now)
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
