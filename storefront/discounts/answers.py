"""What discounts do when two customers become one."""

from storefront.customers.events import CustomersMerged, HoldBalances
from storefront.discounts.models import DiscountUse, Promotion


def hold_named(event: HoldBalances) -> None:
    """Hold the discounts that are for these customers alone, or for them among others."""
    named = Promotion.objects.exclude(customer_ids=[]).values_list("pk", "customer_ids")
    meant = [pk for pk, ids in named if not set(ids).isdisjoint(event.customer_ids)]
    list(Promotion.objects.select_for_update().filter(pk__in=meant).order_by("pk").values_list("pk"))


def move_discounts(event: CustomersMerged) -> None:
    """Count what one customer used as the other's, and give the other what was for the first."""
    DiscountUse.objects.filter(customer_id=event.goes_id).update(customer_id=event.stays_id)
    for promotion in Promotion.objects.filter(customer_ids__contains=[event.goes_id]).order_by("pk"):
        ids = [event.stays_id if pk == event.goes_id else pk for pk in promotion.customer_ids]
        Promotion.objects.filter(pk=promotion.pk).update(customer_ids=list(dict.fromkeys(ids)))
