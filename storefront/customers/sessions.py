"""A shopper's sign-in as the session keeps it."""

from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from core.addresses import client_address
from core.clock import utc_now
from core.events import publish
from core.http import HttpRequest
from core.tenancy import current_schema
from storefront.customers.events import CustomerSignedIn
from storefront.customers.models import Customer
from storefront.customers.selectors import find_sign_in
from storefront.customers.services.sign_ins import end_sign_in, hash_key, note_seen, open_sign_in

SESSION_KEY = "customer_id"
HASH_KEY = "customer_hash"
SIGN_IN_KEY = "customer_sign_in"
FRESH_KEY = "customer_signed_in_at"
PENDING_KEY = "customer_pending"


def sign_in(request: HttpRequest, customer: Customer) -> None:
    """Put the customer in the session under a new key; what the session holds besides, such as the cart, stays."""
    now = utc_now()
    request.session.cycle_key()
    request.session[SESSION_KEY] = customer.pk
    request.session[HASH_KEY] = session_hash(customer)
    request.session[SIGN_IN_KEY] = open_sign_in(
        customer=customer,
        browser=request.headers.get("User-Agent", ""),
        address=client_address(request),
        now=now,
    )
    request.session[FRESH_KEY] = now.timestamp()
    request.customer = customer
    rotate_token(request)
    publish(CustomerSignedIn(customer_id=customer.pk, session=request.session, now=now))


def sign_out(request: HttpRequest) -> None:
    """Take the customer out of the session and give it a new key."""
    end_sign_in(key=request.session.get(SIGN_IN_KEY, ""))
    for key in (SESSION_KEY, HASH_KEY, SIGN_IN_KEY, FRESH_KEY):
        request.session.pop(key, None)
    request.session.cycle_key()
    request.customer = None
    rotate_token(request)


def find_signed_in(request: HttpRequest) -> Customer | None:
    """Return the session's customer; None once their password was changed or this place was ended somewhere else."""
    customer_id, key = request.session.get(SESSION_KEY), request.session.get(SIGN_IN_KEY)
    place = find_sign_in(hash_key(key)) if customer_id and key else None
    if place is None or place.customer_id != customer_id or place.customer.erased_at is not None:
        return None
    if not constant_time_compare(request.session.get(HASH_KEY, ""), session_hash(place.customer)):
        return None
    note_seen(sign_in=place, now=utc_now())
    return place.customer


def session_hash(customer: Customer) -> str:
    """Return what ties a session to this store and to the customer's current password; a copied store's sessions end."""
    told = f"{current_schema()}:{customer.pk}:{customer.password}"
    return salted_hmac("storefront.customers.session", told, algorithm="sha256").hexdigest()
