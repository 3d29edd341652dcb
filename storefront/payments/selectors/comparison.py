"""What the last comparison with the provider said."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.payments.models import Comparison, Difference, DifferenceKind

# What a person does about each kind that is not mended by itself.
ADVICE: dict[str, str | Promise] = {
    DifferenceKind.PAID_THERE: _(
        "Open the order and look at its payment; if it is not wanted, give it back at Stripe."
    ),
    DifferenceKind.MISSING_HERE: _(
        "No order is known for it. Look at it at Stripe, and give it back if nobody misses it."
    ),
    DifferenceKind.UNPAID_THERE: _("Do not send the goods before you have found the payment at Stripe."),
    DifferenceKind.AMOUNT_DIFFERS: _("Compare the sums, and give the difference back or ask for it."),
    DifferenceKind.REFUND_MISSING_HERE: _("More went back than was paid here. Look at it at Stripe."),
    DifferenceKind.REFUND_MISSING_THERE: _("The customer may not have got their money. Give it back at Stripe."),
    DifferenceKind.REFUND_DIFFERS: _("Look at the refund at Stripe, and write into the order what is right."),
    DifferenceKind.DISPUTE_DIFFERS: _("Look at the dispute at Stripe."),
}


@dataclass(frozen=True, slots=True)
class Books:
    """The last comparison, None before the first; the differences that wait for a person; how many were mended in it."""

    comparison: Comparison | None
    open: list[Difference]
    mended_count: int


def get_books(*, limit: int = 50) -> Books:
    """Return how this store's books stand beside the provider's; three queries."""
    comparison = Comparison.objects.filter(pk=1).first()
    mended = Difference.objects.filter(mended_at=comparison.compared_at).count() if comparison else 0
    return Books(comparison=comparison, open=list(_open()[:limit]), mended_count=mended)


def count_open_differences() -> int:
    """Return how many differences wait for a person."""
    return _open().count()


def _open() -> QuerySet[Difference]:
    return Difference.objects.filter(mended_at=None, gone_at=None).select_related("order").order_by("-found_at", "-pk")
