"""Every mail that a store sends, by whom it is for, and how one of each is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.ids import new_token
from core.tenancy import current_tenant
from storefront.alerts.models import StockAlert
from storefront.alerts.services import send_waiting
from storefront.amendments.services import mail_difference
from storefront.carts.models import Cart, CartLine
from storefront.catalog.models import DigitalFile, ProductVariant
from storefront.content.models import NewsletterConsent
from storefront.content.services.newsletter import mail_question as mail_newsletter
from storefront.credits.codes import hash_code, make_code
from storefront.credits.models import GiftCard
from storefront.credits.services.issuing import mail_card
from storefront.customers.enums import LinkPurpose
from storefront.customers.models import Customer, CustomerLoginLink, DataExport, Notice
from storefront.customers.services import mail_export, mail_login_link, mail_notice
from storefront.downloads.models import DownloadGrant
from storefront.downloads.services import mail_files
from storefront.drafts.services import DraftFacts, mail_link, save_draft, send_link
from storefront.notifications.money_samples import (
    make_credit_given,
    make_dispute,
    make_refund_failed,
    make_refunded,
    make_returned,
    make_transfer_due,
)
from storefront.notifications.samples import EMAIL, Sample
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Amendment, Fulfillment, FulfillmentLine, Order, OrderEvent
from storefront.orders.services.mailing import (
    mail_canceled,
    mail_confirmation,
    mail_new_order,
    mail_order_link,
    mail_shipped,
)
from storefront.payments.services.mailing import (
    mail_money_arrived,
)
from storefront.recovery.enums import Outcome
from storefront.recovery.models import AbandonedCart, RecoverySettings
from storefront.recovery.services import send_reminder
from storefront.returns.enums import ReturnState
from storefront.returns.models import Return, ReturnLine, Withdrawal
from storefront.returns.services import mail_confirmation as mail_withdrawal
from storefront.returns.services import mail_notice as mail_withdrawal_notice
from storefront.returns.services import mail_return, mail_return_notice
from storefront.reviews.models import ReviewInvitation, ReviewSettings
from storefront.reviews.services.inviting import mail_invitation
from storefront.support.models import Conversation, Message
from storefront.support.services.mailing import mail_question, mail_reply

SHOPPER, STAFF = "shopper", "staff"


@dataclass(frozen=True, slots=True)
class Kind:
    """A mail: whom it is for, what it is called, when it is sent, and what makes one from a sample.

    `fixed` says why it cannot be switched off here; without it it can. `is_letter`: sent to please, not because something
    has to be told, so that an address where mails do not arrive gets no more of them.
    """

    key: str
    audience: str
    title: str | Promise
    when: str | Promise
    make: Callable[[Sample], object]
    template: str
    fixed: str | Promise = ""
    is_letter: bool = False


def _canceled(sample: Sample) -> None:
    Order.objects.filter(pk=sample.order.pk).update(status=OrderStatus.CANCELED, canceled_at=sample.now)
    data = {"refund_amount": sample.order.total_amount}
    OrderEvent.objects.create(
        order=sample.order, type="order.canceled", key="canceled", actor="system", data=data, created_at=sample.now
    )
    mail_canceled(order_id=sample.order.pk, now=sample.now)


def _shipped(sample: Sample) -> None:
    parcel = Fulfillment.objects.create(
        order=sample.order, carrier="dhl", tracking_number="00340434161094042557", created_at=sample.now
    )
    line = sample.order.lines.earliest("pk")
    FulfillmentLine.objects.create(fulfillment=parcel, order_line=line, quantity=line.quantity)
    mail_shipped(order_id=sample.order.pk, fulfillment_id=parcel.pk, now=sample.now)


def _ready(sample: Sample) -> None:
    kept = sample.order.shipping_address
    place = {name: kept.get(name, "") for name in ("line1", "city", "province", "postcode", "country")}
    pickup = {"name": current_tenant().name, "address": place, "hours": "10:00–18:00", "text": ""}
    Order.objects.filter(pk=sample.order.pk).update(pickup=pickup)
    parcel = Fulfillment.objects.create(order=sample.order, created_at=sample.now)
    line = sample.order.lines.earliest("pk")
    FulfillmentLine.objects.create(fulfillment=parcel, order_line=line, quantity=line.quantity)
    mail_shipped(order_id=sample.order.pk, fulfillment_id=parcel.pk, now=sample.now)


def _files(sample: Sample) -> None:
    file = DigitalFile.objects.create(
        variant=sample.variant, path="-", filename="Instructions.pdf", bytes_count=240_000, created_at=sample.now
    )
    DownloadGrant.objects.create(
        order=sample.order, order_line=sample.order.lines.earliest("pk"), file=file, nonce=new_token(), downloads_limit=5,
        expires_at=sample.now + timedelta(days=30), created_at=sample.now,
    )  # fmt: skip
    mail_files(order_id=sample.order.pk, now=sample.now)


def _difference(sample: Sample) -> None:
    line = sample.order.lines.earliest("pk")
    added = Amendment.objects.create(
        order=sample.order, token=new_token(), subtotal_amount=line.unit_amount, total_amount=line.unit_amount, actor="system",
        lines=[{"title": line.title, "variant_title": line.variant_title, "unit_amount": line.unit_amount, "quantity": 1}],
        created_at=sample.now, expires_at=sample.now + timedelta(days=3),
    )  # fmt: skip
    mail_difference(amendment_id=added.pk, now=sample.now)


def _draft(sample: Sample) -> None:
    lines = {line.variant_id or 0: line.quantity for line in sample.order.lines.all()}
    facts = DraftFacts(email=EMAIL, name=sample.name, lines=lines, language=sample.language)
    draft = save_draft(facts=facts, actor="system", now=sample.now)
    send_link(draft_id=draft.pk, actor="system", now=sample.now)
    mail_link(draft_id=draft.pk, now=sample.now)


def _link(purpose: LinkPurpose) -> Callable[[Sample], object]:
    def make(sample: Sample) -> bool:
        link = CustomerLoginLink.objects.create(
            token_hash=new_token(), nonce=new_token(), email=EMAIL, language=sample.language, purpose=purpose,
            customer=sample.customer, created_at=sample.now, expires_at=sample.now + timedelta(minutes=15),
        )  # fmt: skip
        return mail_login_link(link_id=link.pk, now=sample.now)

    return make


def _notice(kind: str) -> Callable[[Sample], object]:
    def make(sample: Sample) -> bool:
        notice = Notice.objects.create(email=EMAIL, kind=kind, language=sample.language, created_at=sample.now)
        return mail_notice(notice_id=notice.pk)

    return make


def _export(sample: Sample) -> None:
    export = DataExport.objects.create(
        customer=sample.customer, path="-", language=sample.language, created_at=sample.now, ready_at=sample.now,
        expires_at=sample.now + timedelta(days=7),
    )  # fmt: skip
    mail_export(export_id=export.pk)


def _newsletter(sample: Sample) -> None:
    line = NewsletterConsent.objects.create(
        email=EMAIL, consent="asked", language=sample.language, source="footer", created_at=sample.now
    )
    mail_newsletter(consent_id=line.pk)


def _invitation(sample: Sample) -> None:
    ReviewSettings.objects.update_or_create(pk=1, defaults={"sends_invitations": True})
    invitation = ReviewInvitation.objects.create(
        order=sample.order, nonce=new_token(), created_at=sample.now, expires_at=sample.now + timedelta(days=30)
    )
    mail_invitation(invitation_id=invitation.pk, now=sample.now)


def _back(sample: Sample) -> None:
    ProductVariant.objects.filter(pk=sample.variant.pk).update(tracks_stock=False)
    StockAlert.objects.all().delete()
    StockAlert.objects.create(
        variant=sample.variant, email=EMAIL, language=sample.language, nonce=new_token(), created_at=sample.now
    )
    send_waiting(variant_id=sample.variant.pk, now=sample.now)


def _reminder(sample: Sample) -> None:
    cart = Cart.objects.create(
        token=new_token(), customer=sample.customer, lines_count=2, created_at=sample.now, updated_at=sample.now
    )
    for line in sample.order.lines.all():
        CartLine.objects.create(
            cart=cart, variant_id=line.variant_id or 0, quantity=line.quantity, created_at=sample.now
        )
    RecoverySettings.objects.update_or_create(pk=1, defaults={"is_on": True, "switched_on_at": sample.now})
    Customer.objects.filter(pk=sample.customer.pk).update(wants_reminders=True)
    Order.objects.filter(pk=sample.order.pk).update(customer=None)
    row = AbandonedCart.objects.create(
        cart=cart, customer=sample.customer, email=EMAIL, language=sample.language, title="", items_count=2, amount=0,
        currency=sample.order.currency, outcome=Outcome.WAITING, nonce=new_token(), left_at=sample.now, found_at=sample.now,
    )  # fmt: skip
    send_reminder(abandoned_id=row.pk, now=sample.now)


def _card(sample: Sample) -> None:
    nonce = new_token()
    code = make_code(nonce)
    card = GiftCard.objects.create(
        code_hash=hash_code(code), nonce=nonce, last4=code[-4:], currency=sample.order.currency, initial_amount=5000,
        balance_amount=5000, recipient_email=EMAIL, recipient_name=sample.name, message=_("All the best!"),
        language=sample.language, created_at=sample.now,
    )  # fmt: skip
    mail_card(card_id=card.pk, now=sample.now)


def _talk(sample: Sample) -> tuple[Message, Message]:
    talk = Conversation.objects.create(
        token=new_token(), customer=sample.customer, order=sample.order, name=sample.name, email=EMAIL,
        subject=_("When does it come?"), language=sample.language, created_at=sample.now, last_message_at=sample.now,
    )  # fmt: skip
    asked = Message.objects.create(
        conversation=talk, kind=Message.CUSTOMER, author=EMAIL, body=_("Can you tell me when my order arrives?"),
        created_at=sample.now,
    )  # fmt: skip
    answered = Message.objects.create(
        conversation=talk, kind=Message.STAFF, author="staff", body=_("It leaves today and arrives on Friday."),
        created_at=sample.now,
    )  # fmt: skip
    return asked, answered


def _reply(sample: Sample) -> None:
    mail_reply(message_id=_talk(sample)[1].pk, now=sample.now)


def _question(sample: Sample) -> None:
    mail_question(message_id=_talk(sample)[0].pk, now=sample.now)


def _withdrawal(sample: Sample) -> Withdrawal:
    return Withdrawal.objects.create(
        token=new_token(), order=sample.order, order_number=sample.order.name, name=sample.name, email=EMAIL,
        language=sample.language, declared_at=sample.now,
    )  # fmt: skip


def _withdrawn(sample: Sample) -> None:
    mail_withdrawal(withdrawal_id=_withdrawal(sample).pk, now=sample.now)


def _withdrawal_notice(sample: Sample) -> None:
    mail_withdrawal_notice(withdrawal_id=_withdrawal(sample).pk, now=sample.now)


def _return(sample: Sample) -> Return:
    found = Return.objects.create(
        token=new_token(), order=sample.order, number=1, asked_by="shopper", asked_at=sample.now,
        answer=_("Write the number of the return on the parcel, and take it to any post office."),
    )  # fmt: skip
    ReturnLine.objects.create(parent=found, order_line=sample.order.lines.earliest("pk"), quantity=1)
    return found


def _returning(state: ReturnState) -> Callable[[Sample], object]:
    return lambda sample: mail_return(return_id=_return(sample).pk, state=state, now=sample.now)


def _return_notice(sample: Sample) -> None:
    mail_return_notice(return_id=_return(sample).pk, now=sample.now)


KINDS: tuple[Kind, ...] = (
    Kind("confirmation", SHOPPER, gettext_lazy("Order confirmed"), gettext_lazy("As soon as an order is paid or open"),
         lambda s: mail_confirmation(order_id=s.order.pk, now=s.now), "orders/email/confirmation",
         gettext_lazy("The law asks for it: whoever orders gets it in writing.")),
    Kind("shipped", SHOPPER, gettext_lazy("On its way"), gettext_lazy("When you mark a parcel as sent"),
         _shipped, "orders/email/shipped"),
    Kind("ready", SHOPPER, gettext_lazy("Ready for pickup"), gettext_lazy("When you say that an order can be picked up"),
         _ready, "orders/email/ready"),
    Kind("files", SHOPPER, gettext_lazy("Files to download"), gettext_lazy("When files were paid for"),
         _files, "downloads/email/files",
         gettext_lazy("It brings what was bought.")),
    Kind("difference", SHOPPER, gettext_lazy("Something was added"),
         gettext_lazy("When you add goods to an order that is paid, and the customer owes the difference"),
         _difference, "amendments/email/difference",
         gettext_lazy("It brings the link to pay for it.")),
    Kind("draft", SHOPPER, gettext_lazy("Link to pay"),
         gettext_lazy("When you send the link of an order that you made for somebody"),
         _draft, "drafts/email/link",
         gettext_lazy("It brings the link to pay for it.")),
    Kind("canceled", SHOPPER, gettext_lazy("Order canceled"), gettext_lazy("When you call an order off"),
         _canceled, "orders/email/canceled"),
    Kind("transfer_due", SHOPPER, gettext_lazy("Reminder of a transfer"),
         gettext_lazy("Once, half way to the day on which a bank transfer lapses"),
         make_transfer_due, "payments/email/transfer_due"),
    Kind("money_arrived", SHOPPER, gettext_lazy("Money has arrived"),
         gettext_lazy("When you mark an order on bank transfer as paid"),
         lambda s: mail_money_arrived(order_id=s.order.pk, now=s.now), "payments/email/money_arrived"),
    Kind("refunded", SHOPPER, gettext_lazy("Money back"), gettext_lazy("When you give money back"),
         make_refunded, "payments/email/refunded",
         gettext_lazy("Whoever gets money back is told how much and where.")),
    Kind("withdrawal", SHOPPER, gettext_lazy("Withdrawal received"), gettext_lazy("When somebody withdraws from their order"),
         _withdrawn, "returns/email/confirmation",
         gettext_lazy("The law asks for it: whoever withdraws gets it in writing.")),
    Kind("return_asked", SHOPPER, gettext_lazy("Return asked for"),
         gettext_lazy("When somebody asks to send goods back"), _returning(ReturnState.ASKED), "returns/email/return"),
    Kind("return_approved", SHOPPER, gettext_lazy("Return approved"), gettext_lazy("When you approve a return"),
         _returning(ReturnState.APPROVED), "returns/email/return", gettext_lazy("Somebody asks for it and waits for it.")),
    Kind("return_refused", SHOPPER, gettext_lazy("Return refused"), gettext_lazy("When you refuse a return"),
         _returning(ReturnState.REFUSED), "returns/email/return", gettext_lazy("Somebody asks for it and waits for it.")),
    Kind("return_received", SHOPPER, gettext_lazy("Return arrived"), gettext_lazy("When goods are back with you"),
         _returning(ReturnState.RECEIVED), "returns/email/return"),
    Kind("return_canceled", SHOPPER, gettext_lazy("Return called off"), gettext_lazy("When you call a return off"),
         _returning(ReturnState.CANCELED), "returns/email/return", gettext_lazy("Somebody asks for it and waits for it.")),
    Kind("return_closed", SHOPPER, gettext_lazy("Return closed"),
         gettext_lazy("When you close a return without giving anything, and say why"),
         _returning(ReturnState.CLOSED), "returns/email/return", gettext_lazy("Somebody asks for it and waits for it.")),
    Kind("order_link", SHOPPER, gettext_lazy("Link to an order"),
         gettext_lazy("When somebody looks for their order without an account"),
         lambda s: mail_order_link(order_id=s.order.pk, again="sample", now=s.now), "orders/email/link",
         gettext_lazy("Somebody asks for it and waits for it.")),
    Kind("invitation", SHOPPER, gettext_lazy("Ask for a review"),
         gettext_lazy("Some days after a parcel left, where you ask for reviews"),
         _invitation, "reviews/email/invitation",
         gettext_lazy("You switch it on and off under Reviews."), is_letter=True),
    Kind("reply", SHOPPER, gettext_lazy("Your answer to a question"), gettext_lazy("When you answer in the inbox"),
         _reply, "support/email/reply",
         gettext_lazy("It is your answer.")),
    Kind("back", SHOPPER, gettext_lazy("Back in stock"), gettext_lazy("When something can be had again that they wait for"),
         _back, "alerts/email/back",
         gettext_lazy("Somebody asks for it and waits for it."), is_letter=True),
    Kind("reminder", SHOPPER, gettext_lazy("Cart left behind"),
         gettext_lazy("Some hours after somebody left a cart, where you remind of them"),
         _reminder, "recovery/email/reminder",
         gettext_lazy("You switch it on and off under Orders, Carts left behind."), is_letter=True),
    Kind("credit_given", SHOPPER, gettext_lazy("Store credit"), gettext_lazy("When you give a customer store credit by hand"),
         make_credit_given, "credits/email/given"),
    Kind("gift_card", SHOPPER, gettext_lazy("Gift card"), gettext_lazy("When you send a gift card"),
         _card, "credits/email/card",
         gettext_lazy("It brings the card.")),
    Kind("newsletter", SHOPPER, gettext_lazy("Confirm letters"), gettext_lazy("When somebody asks for your letters"),
         _newsletter, "content/email/newsletter_question",
         gettext_lazy("The law asks for it: nobody gets letters without saying yes by mail.")),
    Kind("sign_in", SHOPPER, gettext_lazy("Code to sign in"), gettext_lazy("When somebody signs in without a password"),
         _link(LinkPurpose.SIGN_IN), "customers/email/login_link",
         gettext_lazy("Without it nobody could sign in.")),
    Kind("invite", SHOPPER, gettext_lazy("Link into an account"),
         gettext_lazy("When you send a customer a link to sign in"),
         _link(LinkPurpose.INVITATION), "customers/email/invitation",
         gettext_lazy("Without it nobody could sign in.")),
    Kind("change_email", SHOPPER, gettext_lazy("Confirm a new e-mail"), gettext_lazy("When a customer changes their e-mail"),
         _link(LinkPurpose.CHANGE_EMAIL), "customers/email/change_email",
         gettext_lazy("It keeps accounts safe.")),
    Kind("email_changed", SHOPPER, gettext_lazy("E-mail changed"), gettext_lazy("To the old address, when it was changed"),
         _notice("email_changed"), "customers/email/email_changed",
         gettext_lazy("It keeps accounts safe.")),
    Kind("data", SHOPPER, gettext_lazy("Copy of their data"), gettext_lazy("When a customer asked for their data"),
         _export, "customers/email/export",
         gettext_lazy("The law asks for it: whoever wants their data gets it.")),
    Kind("delete_account", SHOPPER, gettext_lazy("Confirm deleting an account"), gettext_lazy("When a customer wants to leave"),
         _link(LinkPurpose.DELETE_ACCOUNT), "customers/email/delete_account",
         gettext_lazy("It keeps accounts safe.")),
    Kind("account_deleted", SHOPPER, gettext_lazy("Account deleted"), gettext_lazy("When a customer has left"),
         _notice("account_deleted"), "customers/email/account_deleted",
         gettext_lazy("The law asks for it: whoever leaves is told when it is done.")),
    Kind("new_order", STAFF, pgettext_lazy("mail", "New order"), gettext_lazy("As soon as somebody has bought"),
         lambda s: mail_new_order(order_id=s.order.pk, now=s.now), "orders/email/new_order"),
    Kind("question", STAFF, pgettext_lazy("mail", "New question"), gettext_lazy("When somebody writes to you"),
         _question, "support/email/question"),
    Kind("withdrawal_notice", STAFF, gettext_lazy("Somebody withdraws"), gettext_lazy("When somebody withdraws from their order"),
         _withdrawal_notice, "returns/email/notice",
         gettext_lazy("Days run from it: 14 to give the money back.")),
    Kind("return_notice", STAFF, gettext_lazy("Somebody sends something back"),
         gettext_lazy("When somebody asks to send goods back"), _return_notice, "returns/email/return_notice"),
    Kind("returned", STAFF, gettext_lazy("Money went back by itself"),
         gettext_lazy("When something was paid that had just sold out"),
         make_returned, "payments/email/returned"),
    Kind("refund_failed", STAFF, gettext_lazy("Refund failed"), gettext_lazy("When the bank takes no money back"),
         make_refund_failed, "payments/email/refund_failed",
         gettext_lazy("Money of a customer lies with you.")),
    Kind("dispute", STAFF, gettext_lazy("Dispute"), gettext_lazy("When a bank disputes a payment"),
         make_dispute, "payments/email/dispute",
         gettext_lazy("Days run from it: the bank waits for your answer.")),
)  # fmt: skip
