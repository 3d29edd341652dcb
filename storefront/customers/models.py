"""Shoppers of one store. They are not platform users, and the same e-mail in two stores is two people."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.db.models import StoreModel
from storefront.customers.enums import ConsentKind, LinkPurpose


class Customer(StoreModel):
    """A shopper with an e-mail; with a password they have an account, without one they bought as a guest."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    password = models.CharField(max_length=128, blank=True)
    language = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=60, blank=True)
    accepts_marketing = models.BooleanField(default=False)
    external_id = models.CharField(max_length=64, blank=True, help_text="Its id in the shop it was imported from.")
    note = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    orders_count = models.IntegerField(default=0)
    spent_amount = models.BigIntegerField(default=0)
    last_order_at = models.DateTimeField(null=True, blank=True)
    wants_personal = models.BooleanField(
        default=True, db_default=True, help_text="Whether the shop may suggest things from what they look at."
    )
    wants_reminders = models.BooleanField(
        null=True, blank=True, help_text="What they said to being reminded of a cart; empty where they said nothing."
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then the row is nobody; its orders keep the books."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="customer_email_is_lower_case"),
            models.CheckConstraint(condition=Q(orders_count__gte=0), name="customer_orders_count_is_not_negative"),
        ]

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw)

    def check_password(self, raw: str) -> bool:
        return bool(self.password) and check_password(raw, self.password)

    @property
    def has_account(self) -> bool:
        return bool(self.password)


class Address(StoreModel):
    """One of a customer's addresses."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=160)
    company = models.CharField(max_length=120, blank=True)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120)
    province = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=40, blank=True)
    is_default = models.BooleanField(default=False)


class CustomerLoginLink(StoreModel):
    """A one-time link that proves an e-mail address, and what it is for: signing in, a new address, the account's end.

    Only the token's hash is kept; the token itself is made from `nonce` and the server's secret, so that the task that
    mails it needs no secret in the queue. A link for signing in has a code of six digits besides, made the same way, that
    works in the browser which asked for it; `tries_count` counts the guesses.
    """

    id = models.BigAutoField(primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=26)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=10, default="en")
    next_path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(
        max_length=20, choices=LinkPurpose, default=LinkPurpose.SIGN_IN, db_default=LinkPurpose.SIGN_IN
    )
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    tries_count = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="login_link_expiry")]


class CustomerSignIn(StoreModel):
    """A place where a customer is signed in: a session may speak for them as long as its row is here."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="sign_ins")
    key_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Consent(StoreModel):
    """A yes or no of a customer, with the words they saw; lines are only ever added."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind)
    is_given = models.BooleanField()
    words = models.CharField(max_length=200)
    place = models.CharField(max_length=40, help_text="Where it was said: account, checkout, import.")
    created_at = models.DateTimeField()


class CustomerEvent(StoreModel):
    """What people who work here did with a customer: `type` is dotted past tense (`note.added`), `actor` is who it was.

    `data` holds the note's `text`, or the tags that were `added` and `removed`.
    """

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="events")
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=254)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()


class Notice(StoreModel):
    """A mail about what was done to an account, to an address that the account may not have any more; gone once it is sent."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()


class DataExport(StoreModel):
    """A copy of what the store keeps of a customer; `path` is in the private files.

    One that a colleague asked for is not shown in the customer's account: handing it over is the merchant's.
    """

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="data_exports")
    path = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    is_for_store = models.BooleanField(default=False, db_default=False)


class FormerCustomer(StoreModel):
    """Somebody who was made one with another customer: `id` is the key they had, `customer` who they are now.

    What named them is kept for two things: their old page leads on, and erasing the customer finds what was theirs.
    """

    id = models.BigIntegerField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="former")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    merged_at = models.DateTimeField()


class ErasureReceipt(StoreModel):
    """That a customer was erased, when and at whose word, in numbers alone.

    `kept` and `removed` count by part: ``{"orders": 3}``. `actor` is the colleague who did it, empty where the customer did.
    """

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    customer_id = models.BigIntegerField()
    actor = models.CharField(max_length=254, blank=True)
    kept = models.JSONField(default=dict)
    removed = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    erased_at = models.DateTimeField()


class Session(AbstractBaseSession):
    """A session on this store's host: a shopper's cart and log-in, or a merchant's at work here."""
