"""A draft once more, from another one or from an order."""

from dataclasses import dataclass
from datetime import datetime

from core.tenancy import current_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.shown import list_currencies
from storefront.drafts.models import Draft
from storefront.drafts.selectors import get_draft
from storefront.drafts.services.saving import DraftFacts, save_draft
from storefront.orders.models import Order


@dataclass(frozen=True, slots=True)
class Copied:
    """A new draft, and the names of what could not come along because it is not sold any more."""

    draft: Draft
    left_out: tuple[str, ...] = ()


def copy_draft(*, draft_id: int, actor: str, now: datetime) -> Copied:
    """Make a draft of the same goods for the same customer, at today's prices.

    Raises: DraftNotFound, DraftRefused.
    """
    old = get_draft(draft_id)
    lines = list(old.cart.lines.order_by("created_at", "pk").values_list("variant_id", "quantity"))
    facts = DraftFacts(
        email=old.email,
        name=old.name,
        address=old.address,
        lines=dict(lines),
        currency=_currency(old.currency),
        language=old.language,
        discount_amount=old.discount_amount if _currency(old.currency) == old.currency else 0,
        discount_points=old.discount_points,
        reason=old.reason,
        note=old.note,
    )
    return Copied(save_draft(facts=facts, actor=actor, now=now))


def draft_order(*, order: Order, actor: str, now: datetime) -> Copied:
    """Make a draft of what an order had, for its customer, at today's prices; gift cards stay behind.

    Raises: DraftRefused.
    """
    rows = list(order.lines.order_by("pk"))
    wanted = [row.variant_id for row in rows if row.variant_id]
    known = set(ProductVariant.objects.filter(pk__in=wanted, is_gift_card=False).values_list("pk", flat=True))
    lines: dict[int, int] = {}
    for row in rows:
        if row.variant_id in known and row.kept_count:
            lines[row.variant_id] = lines.get(row.variant_id, 0) + row.kept_count
    facts = DraftFacts(
        email=order.email,
        name=str(order.shipping_address.get("name") or ""),
        address={} if order.pickup or not order.shipping_address.get("country") else order.shipping_address,
        lines=lines,
        currency=_currency(order.currency),
        language=order.language,
    )
    left_out = tuple(row.title for row in rows if row.variant_id not in known)
    return Copied(save_draft(facts=facts, actor=actor, now=now), left_out)


def _currency(code: str) -> str:
    """Return a currency where the store still has prices in it, else its own."""
    return code if code in list_currencies() else current_tenant().currency
