"""What reminders answer when a customer's page, a customer's data or their leaving asks."""

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomerHistoryAsked, HistoryMoment
from storefront.recovery.models import AbandonedCart


def add_reminders(question: CustomerDataAsked) -> None:
    """Add which carts the customer left and when they were reminded of one."""
    rows = AbandonedCart.objects.filter(customer_id=question.customer_id).order_by("pk")
    kept = list(rows.values("email", "title", "items_count", "amount", "currency", "left_at", "mailed_at"))
    if kept:
        question.sections["left_carts"] = kept


def tell_history(question: CustomerHistoryAsked) -> None:
    """Add the carts that the customer left."""
    if "orders.view" not in question.permissions:
        return
    rows = AbandonedCart.objects.filter(customer_id=question.customer_id).order_by("-left_at", "-pk")
    url = reverse("dashboard_abandoned")
    for row in rows[: question.limit]:
        title = _("Left a cart behind: %(title)s") % {"title": row.title}
        question.moments.append(HistoryMoment(row.left_at, title, str(row.get_outcome_display()), url=url))


def forget_erased(event: CustomerErased) -> None:
    """Remove what was left behind and every link to it."""
    AbandonedCart.objects.filter(customer_id=event.customer_id).delete()
