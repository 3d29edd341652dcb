"""What people at work keep of the lists they look at."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel


class SavedView(StoreModel):
    """A list as somebody left it: `query` is the address' query string, `list` names the list, as `products`.

    A private view belongs to the person with this e-mail address; a shared one is everybody's.
    """

    id = models.BigAutoField(primary_key=True)
    list = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    owner = models.CharField(max_length=254)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="saved_view_has_a_label"),
            models.UniqueConstraint(fields=["list", "owner", "label"], name="saved_view_is_named_once"),
        ]
