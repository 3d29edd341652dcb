"""Papers of a sale: who the merchant is on them, the series they are numbered in, invoices and what corrects them."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.orders.models import Order


class Letterhead(StoreModel):
    """Who the merchant is on paper, and how invoices and credit notes are numbered; one row, locked while a number is taken."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    legal_name = models.CharField(max_length=160, blank=True)
    address = models.TextField(max_length=600, blank=True)
    tax_id = models.CharField(max_length=60, blank=True)
    vat_id = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    bank = models.TextField(max_length=400, blank=True)
    footer = models.TextField(max_length=600, blank=True)
    prefix = models.CharField(max_length=12, blank=True, default="INV-", db_default="INV-")
    next_number = models.BigIntegerField(default=1, db_default=1)
    note_prefix = models.CharField(max_length=12, blank=True, default="CN-", db_default="CN-")
    next_note_number = models.BigIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="letterhead_is_one_row")]


class Invoice(StoreModel):
    """An invoice as it was issued: what it says never changes, whatever happens to order, goods or merchant later.

    `content` has seller, buyer, lines, sums and taxes in minor units of `currency`, and the words in `language`.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    number = models.CharField(max_length=40, unique=True)
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    total_amount = models.BigIntegerField()
    content = models.JSONField(default=dict)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class CreditNote(StoreModel):
    """What was taken off an invoice, as it was issued; it never changes, and has a series of numbers of its own.

    `key` is of what it was issued for, such as a refund: one note each. A note whose money did not go back after all is
    taken back by one that `reverses` it and is below zero. `content` has the seller and buyer of the invoice, `lines`,
    `besides`, `taxes` and `sums` in minor units of the invoice's currency, and the words in its language.
    """

    id = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    number = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=100, unique=True)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal")
    total_amount = models.BigIntegerField()
    content = models.JSONField(default=dict)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, total_amount__gt=0) | Q(reverses__isnull=False, total_amount__lt=0),
                name="credit_note_takes_off_or_takes_back",
            )
        ]

    def __str__(self) -> str:
        return self.number
