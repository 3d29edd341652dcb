"""Locks on withdrawals and returns; the order's comes before."""

from django.utils.translation import gettext_lazy as _

from storefront.orders.locks import lock_order
from storefront.returns.errors import ReturnNotFound, WithdrawalNotFound
from storefront.returns.models import Return, Withdrawal


def lock_withdrawal(withdrawal_id: int) -> Withdrawal:
    """Lock a withdrawal's row until the transaction ends.

    Raises: WithdrawalNotFound.
    """
    found = Withdrawal.objects.select_for_update(of=("self",)).select_related("order").filter(pk=withdrawal_id).first()
    if found is None:
        raise WithdrawalNotFound(_("There is no such withdrawal in this store."))
    return found


def lock_return(return_id: int) -> Return:
    """Lock a return's order and then its row until the transaction ends; `order` is the locked one.

    Raises: ReturnNotFound.
    """
    order_id = Return.objects.filter(pk=return_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise ReturnNotFound(_("There is no such return in this store."))
    order = lock_order(order_id)
    found = Return.objects.select_for_update(of=("self",)).get(pk=return_id)
    found.order = order
    return found
