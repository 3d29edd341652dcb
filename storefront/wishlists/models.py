"""What shoppers keep for later."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer

MOST_ITEMS = 200


class Wishlist(StoreModel):
    """A list of a customer, or of a browser whose session knows `guest_token`; with `share_token` others may look at it."""

    id = models.BigAutoField(primary_key=True)
    customer = models.OneToOneField(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="wishlist")
    guest_token = models.CharField(max_length=26, null=True, blank=True, unique=True)
    share_token = models.CharField(max_length=26, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, guest_token__isnull=True)
                | Q(customer__isnull=True, guest_token__isnull=False),
                name="wishlist_is_of_a_customer_or_a_guest",
            )
        ]
        indexes = [
            models.Index(fields=["updated_at"], name="wishlist_guests_by_age", condition=Q(customer__isnull=True))
        ]


class SavedItem(StoreModel):
    """A product on a list; `variant` is the version that was chosen when it was put there."""

    id = models.BigAutoField(primary_key=True)
    wishlist = models.ForeignKey(Wishlist, on_delete=models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    variant = models.ForeignKey(ProductVariant, null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wishlist", "product"], name="saved_once_a_list")]
