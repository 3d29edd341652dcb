"""Ask buyers for their word by mail: once an order, only where the merchant has switched it on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_schema, current_tenant
from integrations.mail.services import send_mail
from storefront.orders.enums import FulfillmentStatus, OrderSource
from storefront.orders.models import Order
from storefront.reviews.errors import InvitationRefused
from storefront.reviews.models import Refusal, ReviewInvitation
from storefront.reviews.selectors import PAID, find_invitation, get_settings, is_refused, list_invited
from tenants.selectors import store_url

COUNTS_FOR = timedelta(days=90)
_SILENT = (OrderSource.IMPORT, OrderSource.DEMO)


def plan_invitation(*, order_id: int, now: datetime) -> ReviewInvitation | None:
    """Ask for the mail of an order that has been sent in full, days later; None where the store sends none."""
    chosen = get_settings()
    order = Order.objects.filter(pk=order_id, fulfillment_status=FulfillmentStatus.FULFILLED).first()
    if not chosen.sends_invitations or order is None or not order.email or order.source in _SILENT:
        return None
    send_at = now + timedelta(days=chosen.invite_after_days)
    with transaction.atomic():
        invitation, is_new = ReviewInvitation.objects.get_or_create(
            order=order, defaults={"nonce": new_token(), "created_at": now, "expires_at": send_at + COUNTS_FOR}
        )
        if is_new:
            enqueue(
                task="storefront.reviews.send_invitation",
                kwargs={"invitation_id": invitation.pk},
                available_at=send_at,
            )
    return invitation


def mail_invitation(*, invitation_id: int, now: datetime) -> bool:
    """Mail an invitation that is still wanted, and return whether it went out; a second call does nothing."""
    with transaction.atomic():
        ReviewInvitation.objects.select_for_update().filter(pk=invitation_id).first()
        invitation = find_invitation(invitation_id, now=now)
        if invitation is None or invitation.sent_at is not None or not get_settings().sends_invitations:
            return False
        order = invitation.order
        if order.payment_status not in PAID or not order.email or is_refused(order.email):
            return False
        goods = [product for product, said in list_invited(invitation) if said is None]
        if not goods:
            return False
        if not _send(invitation, [product.title for product in goods[:5]]):
            return False
        ReviewInvitation.objects.filter(pk=invitation.pk).update(sent_at=now)
    return True


def open_invitation(*, token: str, now: datetime) -> ReviewInvitation:
    """Return the invitation that a link from a mail names.

    Raises: InvitationRefused when it was changed on the way, is too old, or the order is not there any more.
    """
    number = token.partition("-")[0]
    found = (
        find_invitation(int(number), now=now)
        if number.isascii() and number.isdigit() and len(number) < 19 and "-" in token
        else None
    )
    if found is None or not constant_time_compare(invitation_token(found), token):
        raise InvitationRefused(
            gettext_lazy("This link no longer works. Sign in with the e-mail of your order, and you can write as well.")
        )
    return found


def refuse_invitations(*, email: str, now: datetime) -> None:
    """Send no more such mails to this address."""
    Refusal.objects.get_or_create(email=email.strip().lower(), defaults={"created_at": now})


def invitation_token(invitation: ReviewInvitation) -> str:
    """Return the link's token: the invitation's number, signed for this store."""
    told = f"{current_schema()}:{invitation.pk}:{invitation.nonce}"
    return f"{invitation.pk}-{salted_hmac('storefront.reviews.invitation', told, algorithm='sha256').hexdigest()[:40]}"


def _send(invitation: ReviewInvitation, titles: list[str]) -> bool:
    tenant, order = current_tenant(), invitation.order
    prefix = "" if order.language == tenant.language else f"/{order.language}"
    address = store_url(tenant, f"{prefix}/reviews/invitation/{invitation_token(invitation)}/")
    with translation.override(order.language):
        return send_mail(
            to=order.email,
            subject=_("How is it? Your order from %(store)s") % {"store": tenant.name},
            template="reviews/email/invitation",
            context={
                "sender_name": tenant.name,
                "titles": titles,
                "action_url": address,
                "action_label": _("Write a review"),
                "stop_url": f"{address}stop/",
            },
            language=order.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
            unsubscribe_url=f"{address}stop/",
        )
