"""What shoppers did with products, beside what they bought."""

from django.db import models

from core.db.models import StoreModel


class Interaction(StoreModel):
    """A signed-in shopper looked at a product or put it in the cart; purchases are read from orders."""

    VIEW, CART = "view", "cart"

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    created_at = models.DateTimeField(db_index=True)
