"""Money that lies with the store: on gift cards and in customers' credit; every move of it stands in the ledger."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.credits.enums import EntryKind
from storefront.customers.models import Customer


class GiftCard(StoreModel):
    """A card with a balance in minor units of its own currency.

    Of its code the hash and the last four letters are kept; the code itself is made from `nonce` and the server's secret
    (`codes.make_code`), for the mail that brings it. One that was bought names the order and its line, and with `send_at` is
    mailed on that day. A closed card has nothing on it and is never opened again: its price went back.
    """

    id = models.BigAutoField(primary_key=True)
    code_hash = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=26)
    last4 = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    initial_amount = models.BigIntegerField()
    balance_amount = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="gift_cards")
    order_token = models.CharField(max_length=26, blank=True, default="", help_text="The order that it was bought by.")
    order_line_id = models.BigIntegerField(null=True, blank=True, help_text="The line of that order.")
    recipient_email = models.EmailField(max_length=254, blank=True)
    recipient_name = models.CharField(max_length=160, blank=True)
    message = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=10, default="en")
    note = models.CharField(max_length=500, blank=True)
    send_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_amount__gte=0, balance_amount__lte=F("initial_amount")),
                name="gift_card_balance_stays_within_its_worth",
            ),
            models.CheckConstraint(condition=Q(initial_amount__gt=0), name="gift_card_is_worth_something"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(is_active=False, balance_amount=0),
                name="gift_card_closed_has_nothing_on_it",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="gift_card_newest"),
            models.Index(fields=["order_token"], name="gift_card_of_an_order", condition=~Q(order_token="")),
            models.Index(
                fields=["send_at"], name="gift_card_to_send", condition=Q(send_at__isnull=False, mailed_at__isnull=True)
            ),
        ]


class StoreCredit(StoreModel):
    """What a customer has with the store in one currency."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credits")
    currency = models.CharField(max_length=3)
    balance_amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency"], name="store_credit_once_a_currency"),
            models.CheckConstraint(condition=Q(balance_amount__gte=0), name="store_credit_is_not_negative"),
        ]


class Tender(StoreModel):
    """What a card or a customer's credit pays of an order now; nothing where it was given back."""

    id = models.BigAutoField(primary_key=True)
    order_token = models.CharField(max_length=26)
    gift_card = models.ForeignKey(GiftCard, null=True, blank=True, on_delete=models.PROTECT, related_name="tenders")
    store_credit = models.ForeignKey(
        StoreCredit, null=True, blank=True, on_delete=models.PROTECT, related_name="tenders"
    )
    amount = models.BigIntegerField()
    refunded_amount = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gift_card__isnull=True) ^ Q(store_credit__isnull=True), name="tender_is_of_one_kind"
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="tender_refunds_stay_within_what_it_paid",
            ),
            models.UniqueConstraint(fields=["order_token", "gift_card"], name="tender_once_a_card"),
            models.UniqueConstraint(fields=["order_token", "store_credit"], name="tender_once_a_credit"),
        ]


class CreditEntry(StoreModel):
    """A line of the ledger, never changed: `amount` is what came to the balance, negative for what went."""

    id = models.BigAutoField(primary_key=True)
    gift_card = models.ForeignKey(GiftCard, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    store_credit = models.ForeignKey(
        StoreCredit, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(max_length=12, choices=EntryKind)
    amount = models.BigIntegerField()
    balance_amount = models.BigIntegerField(help_text="After it.")
    order_token = models.CharField(max_length=26, blank=True, default="")
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    actor = models.CharField(max_length=254)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When its customer was mailed that it was given.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gift_card__isnull=True) ^ Q(store_credit__isnull=True), name="credit_entry_is_of_one_kind"
            ),
            models.CheckConstraint(condition=Q(balance_amount__gte=0), name="credit_entry_balance_is_not_negative"),
        ]
