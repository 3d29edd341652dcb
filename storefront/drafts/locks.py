"""Locks on drafts."""

from django.utils.translation import gettext_lazy as _

from storefront.carts.locks import lock_cart
from storefront.carts.models import Cart
from storefront.drafts.errors import DraftNotFound
from storefront.drafts.models import Draft


def lock_draft(draft_id: int) -> tuple[Cart, Draft]:
    """Lock a draft's cart, then its row, until the transaction ends; checkout and payments lock the cart first, too.

    Raises: DraftNotFound.
    """
    token = Draft.objects.filter(pk=draft_id).values_list("cart__token", flat=True).first()
    cart = lock_cart(token) if token else None
    draft = Draft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if cart is None or draft is None:
        raise DraftNotFound(_("There is no such draft."))
    return cart, draft
