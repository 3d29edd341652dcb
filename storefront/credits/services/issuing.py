"""Make cards and credit, and change them by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.money import MAX_AMOUNT, format_money
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.credits.codes import hash_code, make_code, write_code
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CardIssuedAlready, CardNotFound, CreditRefused
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit
from tenants.selectors import store_url

SEND_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A new card with its code in full, to be shown this once."""

    card: GiftCard
    code: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a card's code by e-mail, and in which words; without an e-mail nobody does."""

    email: str = ""
    name: str = ""
    message: str = ""
    language: str = "en"


def issue_card(
    *,
    amount: int,
    currency: str,
    actor: str,
    now: datetime,
    to: Addressee | None = None,
    customer_id: int | None = None,
    expires_at: datetime | None = None,
    note: str = "",
    send: bool = False,
    key: str | None = None,
) -> IssuedCard:
    """Make a gift card, and with `send` mail its code `to` somebody once the transaction is through.

    The same key makes one card.
    Raises: CreditRefused, CardIssuedAlready.
    """
    to = to or Addressee()
    _check(amount=amount, expires_at=expires_at, is_mailed=send, to=to, now=now)
    nonce = new_token()
    code = make_code(nonce)
    with transaction.atomic():
        if key is not None and CreditEntry.objects.filter(key=f"issue:{key}").exists():
            raise CardIssuedAlready(_("This card was issued a moment ago. It is in the list."))
        card = GiftCard.objects.create(
            code_hash=hash_code(code),
            nonce=nonce,
            last4=code[-4:],
            currency=currency,
            initial_amount=amount,
            balance_amount=amount,
            expires_at=expires_at,
            customer_id=customer_id,
            recipient_email=to.email.lower(),
            recipient_name=to.name,
            message=to.message,
            language=to.language,
            note=note,
            created_at=now,
        )
        CreditEntry.objects.create(
            gift_card=card,
            kind=EntryKind.ISSUED,
            amount=amount,
            balance_amount=amount,
            key=None if key is None else f"issue:{key}",
            actor=actor,
            created_at=now,
        )
        if send:
            enqueue(task="storefront.credits.send_card", kwargs={"card_id": card.pk})
    return IssuedCard(card, write_code(code))


def mail_card(*, card_id: int, now: datetime) -> bool:
    """Send a card's code to its recipient, once; return whether a mail went out.

    A card that came from an archive of another installation keeps its code, which cannot be made here: nothing is sent.
    """
    with transaction.atomic():
        card = GiftCard.objects.select_for_update(of=("self",)).filter(pk=card_id, mailed_at__isnull=True).first()
        if card is None or not card.recipient_email or not card.is_active:
            return False
        if card.send_at is not None and card.send_at > now:
            return False
        code = make_code(card.nonce)
        if hash_code(code) != card.code_hash:
            return False
        tenant = current_tenant()
        with translation.override(card.language):
            worth = format_money(card.balance_amount, card.currency, card.language)
            subject = gettext("A gift card of %(amount)s from %(store)s") % {"amount": worth, "store": tenant.name}
            is_sent = send_mail(
                to=card.recipient_email,
                subject=subject,
                template="credits/email/card",
                context={
                    "card": card,
                    "code": write_code(code),
                    "worth": worth,
                    "sender_name": tenant.name,
                    "action_url": store_url(tenant),
                    "action_label": gettext("Go to the store"),
                },
                language=card.language,
                from_name=tenant.name,
            )
        if is_sent:
            GiftCard.objects.filter(pk=card.pk).update(mailed_at=now)
    return is_sent


def mail_card_again(*, card_id: int, now: datetime) -> GiftCard:
    """Ask for a card's code to be sent to its recipient once more.

    Raises: CardNotFound; CreditRefused for a card that is off, has no recipient, or was sent a moment ago.
    """
    with transaction.atomic():
        card = _lock_card(card_id)
        if not card.recipient_email or not card.is_active:
            raise CreditRefused(_("Only a card that is on and has an e-mail can be sent."))
        if hash_code(make_code(card.nonce)) != card.code_hash:
            raise CreditRefused(_("The code of this card came from another installation and cannot be sent from here."))
        if card.mailed_at is not None and now - card.mailed_at < SEND_AGAIN_AFTER:
            raise CreditRefused(_("It was sent a moment ago. Try again in a minute."))
        GiftCard.objects.filter(pk=card.pk).update(mailed_at=None, send_at=None)
        enqueue(task="storefront.credits.send_card", kwargs={"card_id": card.pk})
    return card


def switch_card(*, card_id: int, is_active: bool, actor: str, now: datetime) -> GiftCard:
    """Switch a card off, so that nobody can spend it, or on again.

    Raises: CardNotFound, CreditRefused for one that is closed.
    """
    with transaction.atomic():
        card = _lock_open(card_id)
        if card.is_active != is_active:
            card.is_active = is_active
            card.save(update_fields=["is_active"])
            note = "on" if is_active else "off"
            _write(card=card, kind=EntryKind.ADJUSTED, amount=0, actor=actor, now=now, note=note)
    return card


def adjust_card(*, card_id: int, amount: int, note: str, actor: str, now: datetime) -> GiftCard:
    """Put more on a card, or with a negative amount take some off.

    Raises: CreditRefused for more than is on it, CardNotFound.
    """
    with transaction.atomic():
        card = _lock_open(card_id)
        if amount == 0 or not 0 <= card.balance_amount + amount <= MAX_AMOUNT:
            raise CreditRefused(_("A balance is between 0 and what a card can hold."), field="amount")
        card.balance_amount += amount
        card.initial_amount = max(card.initial_amount, card.balance_amount)
        card.save(update_fields=["balance_amount", "initial_amount"])
        _write(card=card, kind=EntryKind.ADJUSTED, amount=amount, actor=actor, now=now, note=note[:500])
    return card


def adjust_store_credit(
    *,
    customer_id: int,
    currency: str,
    amount: int,
    actor: str,
    now: datetime,
    kind: EntryKind = EntryKind.ADJUSTED,
    note: str = "",
    order_token: str = "",
    key: str | None = None,
    tell: bool = False,
) -> StoreCredit:
    """Add to what a customer has with the store, or with a negative amount take some; the same key moves it once.

    A refund to store credit is `kind=REFUNDED` with the refund's key. With `tell` the customer is mailed what they were given.
    Raises: CreditRefused for more than there is.
    """
    with transaction.atomic():
        credit, _made = StoreCredit.objects.get_or_create(customer_id=customer_id, currency=currency)
        credit = StoreCredit.objects.select_for_update(of=("self",)).get(pk=credit.pk)
        if key is not None and CreditEntry.objects.filter(key=key).exists():
            return credit
        if amount == 0 or not 0 <= credit.balance_amount + amount <= MAX_AMOUNT:
            raise CreditRefused(_("A balance is between 0 and what an account can hold."), field="amount")
        StoreCredit.objects.filter(pk=credit.pk).update(balance_amount=F("balance_amount") + amount)
        credit.balance_amount += amount
        entry = CreditEntry.objects.create(
            store_credit=credit,
            kind=kind,
            amount=amount,
            balance_amount=credit.balance_amount,
            order_token=order_token,
            key=key,
            actor=actor,
            note=note[:500],
            created_at=now,
        )
        if tell and amount > 0:
            enqueue(task="storefront.credits.tell_given", kwargs={"entry_id": entry.pk})
    return credit


def _lock_card(card_id: int) -> GiftCard:
    card = GiftCard.objects.select_for_update(of=("self",)).filter(pk=card_id).first()
    if card is None:
        raise CardNotFound(_("There is no such gift card."))
    return card


def _lock_open(card_id: int) -> GiftCard:
    card = _lock_card(card_id)
    if card.closed_at is not None:
        raise CreditRefused(_("This card is closed: its price was given back. Issue a new one instead."))
    return card


def _write(*, card: GiftCard, kind: EntryKind, amount: int, actor: str, now: datetime, note: str) -> None:
    CreditEntry.objects.create(
        gift_card=card,
        kind=kind,
        amount=amount,
        balance_amount=card.balance_amount,
        actor=actor,
        note=note,
        created_at=now,
    )


def _check(*, amount: int, expires_at: datetime | None, is_mailed: bool, to: Addressee, now: datetime) -> None:
    """Raises: CreditRefused."""
    if not 1 <= amount <= MAX_AMOUNT:
        raise CreditRefused(_("Write how much the card is worth."), field="amount")
    if expires_at is not None and expires_at <= now:
        raise CreditRefused(_("Choose a day that is still to come, or leave it empty."), field="expires_at")
    if is_mailed and not to.email:
        raise CreditRefused(_("Write the e-mail that the code is sent to."), field="recipient_email")
