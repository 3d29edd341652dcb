"""A shopper's sign-in as the session keeps it."""

from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from core.http import HttpRequest
from core.tenancy import current_schema
from storefront.customers.models import Customer
from storefront.customers.selectors import find_customer

SESSION_KEY = "customer_id"
HASH_KEY = "customer_hash"


def sign_in(request: HttpRequest, customer: Customer) -> None:
    """Put the customer in the session under a new key; what the session holds besides, such as the cart, stays."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = customer.pk
    request.session[HASH_KEY] = session_hash(customer)
    request.customer = customer
    rotate_token(request)


def sign_out(request: HttpRequest) -> None:
    """Take the customer out of the session and give it a new key."""
    for key in (SESSION_KEY, HASH_KEY):
        request.session.pop(key, None)
    request.session.cycle_key()
    request.customer = None
    rotate_token(request)


def find_signed_in(request: HttpRequest) -> Customer | None:
    """Return the session's customer; None once the password was changed somewhere else."""
    customer_id = request.session.get(SESSION_KEY)
    customer = find_customer(customer_id) if customer_id else None
    if customer is None or not constant_time_compare(request.session.get(HASH_KEY, ""), session_hash(customer)):
        return None
    return customer


def session_hash(customer: Customer) -> str:
    """Return what ties a session to this store and to the customer's current password; a copied store's sessions end."""
    told = f"{current_schema()}:{customer.pk}:{customer.password}"
    return salted_hmac("storefront.customers.session", told, algorithm="sha256").hexdigest()
