"""What reminders answer when a customer's page, a customer's data or their leaving asks."""

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.customers.events import (
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    CustomersMerged,
    HistoryMoment,
    MergeAsked,
)
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


def compare_left(question: MergeAsked) -> None:
    """Say how many carts each of two customers left behind."""
    if "orders.view" in question.permissions:
        stays, goes = (
            AbandonedCart.objects.filter(customer_id=pk).count() for pk in (question.stays_id, question.goes_id)
        )
        question.add(_("Carts left behind"), stays, goes)


def move_left(event: CustomersMerged) -> None:
    """Make one customer's carts left behind the other's; what is still to be mailed goes to the address that stays."""
    theirs = AbandonedCart.objects.filter(customer_id=event.goes_id)
    theirs.update(customer_id=event.stays_id, email=event.stays_email)


def forget_erased(event: CustomerErased) -> None:
    """Remove what was left behind and every link to it."""
    AbandonedCart.objects.filter(customer_id=event.customer_id).delete()
