"""Questions of shoppers and the store's answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.db.models import StoreModel
from storefront.customers.models import Customer
from storefront.orders.models import Order


class ConversationStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("conversation", "Open")
    WAITING = "waiting", _("Waiting for customer")
    SOLVED = "solved", _("Solved")
    SPAM = "spam", _("Spam")


class Label(models.TextChoices):
    DELIVERY = "delivery", pgettext_lazy("question", "Delivery")
    RETURN = "return", pgettext_lazy("question", "Return")
    PAYMENT = "payment", pgettext_lazy("question", "Payment")
    PRODUCT = "product", pgettext_lazy("question", "Product")
    OTHER = "other", pgettext_lazy("question", "Other")


class Conversation(StoreModel):
    """One question and what came of it; `token` is its secret address for the shopper."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations")
    name = models.CharField(max_length=160, blank=True)
    email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=ConversationStatus, default=ConversationStatus.OPEN)
    label = models.CharField(max_length=10, choices=Label, blank=True)
    label_probability = models.FloatField(null=True, blank=True)
    label_source = models.CharField(max_length=10, blank=True, help_text="model or person")
    suggested_reply = models.TextField(blank=True)
    suggestion_reason = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    last_message_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["status", "-last_message_at"], name="conversation_inbox")]


class Message(StoreModel):
    """One thing somebody wrote; notes are for colleagues only."""

    CUSTOMER, STAFF, NOTE = "customer", "staff", "note"
    KINDS = ((CUSTOMER, "customer"), (STAFF, "staff"), (NOTE, "note"))

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=KINDS)
    author = models.CharField(max_length=254)
    body = models.TextField()
    emailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
