"""Write what signed-in customers did with products, beside buying them."""

from datetime import datetime, timedelta

from recsys.interactions.models import Interaction

KINDS = (Interaction.VIEW, Interaction.CART)
KEEP = timedelta(days=365)


def record_interaction(*, customer_id: int, product_id: int, kind: str, now: datetime) -> Interaction:
    """Write that a customer viewed a product or put it in the cart.

    Raises: ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of interaction: {kind}")
    return Interaction.objects.create(customer_id=customer_id, product_id=product_id, kind=kind, created_at=now)


def prune_interactions(*, now: datetime) -> int:
    """Delete what is older than a year, when it has no say any more, and return how many rows went."""
    old = Interaction.objects.filter(created_at__lt=now - KEEP)
    # One statement: `delete()` would read every row first, because somebody listens to its signal.
    return int(old._raw_delete(old.db))


def forget_customer(*, customer_id: int) -> int:
    """Delete what a customer looked at and put in the cart, and return how many rows went."""
    rows = Interaction.objects.filter(customer_id=customer_id)
    return int(rows._raw_delete(rows.db))


def move_customer(*, old: int, new: int) -> None:
    """Make what one customer did the other's."""
    Interaction.objects.filter(customer_id=old).update(customer_id=new)
