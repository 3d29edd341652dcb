"""The lock on a withdrawal."""

from django.utils.translation import gettext_lazy as _

from storefront.returns.errors import WithdrawalNotFound
from storefront.returns.models import Withdrawal


def lock_withdrawal(withdrawal_id: int) -> Withdrawal:
    """Lock a withdrawal's row until the transaction ends.

    Raises: WithdrawalNotFound.
    """
    found = Withdrawal.objects.select_for_update(of=("self",)).select_related("order").filter(pk=withdrawal_id).first()
    if found is None:
        raise WithdrawalNotFound(_("There is no such withdrawal in this store."))
    return found
