"""What credits add to the storefront's templates."""

from django.utils.translation import get_language

from core.money import format_money
from storefront.credits.selectors import list_credits
from storefront.customers.models import Customer


def credit_balances(customer: Customer) -> str:
    """Return what a customer has with the store, written out by currency; nothing where they never had any."""
    balances = list_credits(customer.pk)
    shown = [one for one in balances if one.balance_amount] or balances[:1]
    return ", ".join(format_money(one.balance_amount, one.currency, get_language() or "en") for one in shown)
