"""Locks on payments, by primary key; take the cart's and the order's before."""

from django.utils.translation import gettext_lazy as _

from storefront.payments.errors import PaymentNotFound
from storefront.payments.models import Payment


def lock_payment(payment_id: int) -> Payment:
    """Lock a payment's row until the transaction ends.

    Raises: PaymentNotFound.
    """
    payment = Payment.objects.select_for_update(of=("self",)).filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound(_("There is no such payment."))
    return payment
