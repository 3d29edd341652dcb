"""What buyers may load down, how often and until when."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.catalog.models import DigitalFile
from storefront.orders.models import Order, OrderLine


class DownloadGrant(StoreModel):
    """One file of one line of a paid order.

    The address that opens it is computed from `nonce` and the installation's key, so that nothing kept here opens a file.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="downloads", db_index=False)
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE)
    file = models.ForeignKey(DigitalFile, on_delete=models.CASCADE)
    nonce = models.CharField(max_length=26)
    downloads_count = models.IntegerField(default=0)
    downloads_limit = models.IntegerField()
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the last counted download began.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "order_line", "file"], name="download_granted_once"),
            models.CheckConstraint(
                condition=Q(downloads_count__gte=0, downloads_count__lte=F("downloads_limit")),
                name="download_stays_within_its_limit",
            ),
        ]
