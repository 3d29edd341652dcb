"""The places where a customer is signed in."""

import hashlib
from datetime import datetime, timedelta

from core.ids import new_token
from core.text import one_line
from storefront.customers.models import Customer, CustomerSignIn

SEEN_EVERY = timedelta(hours=1)
MOST_SIGN_INS = 50


def open_sign_in(*, customer: Customer, browser: str, address: str, now: datetime) -> str:
    """Write a place where the customer is signed in and return the key that its session keeps."""
    key = new_token()
    CustomerSignIn.objects.create(
        customer=customer,
        key_hash=hash_key(key),
        browser=one_line(browser, limit=200),
        address=address[:45],
        created_at=now,
        seen_at=now,
    )
    old = CustomerSignIn.objects.filter(customer=customer).order_by("-seen_at").values("pk")[MOST_SIGN_INS:]
    CustomerSignIn.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return key


def note_seen(*, sign_in: CustomerSignIn, now: datetime) -> None:
    """Write that the place was used, at most once an hour."""
    if now - sign_in.seen_at >= SEEN_EVERY:
        CustomerSignIn.objects.filter(pk=sign_in.pk).update(seen_at=now)


def end_sign_in(*, key: str) -> None:
    """End one place."""
    CustomerSignIn.objects.filter(key_hash=hash_key(key)).delete()


def end_other_sign_ins(*, customer_id: int, key: str) -> int:
    """End every place of the customer but the one with this key, and return how many."""
    count, _rows = CustomerSignIn.objects.filter(customer_id=customer_id).exclude(key_hash=hash_key(key)).delete()
    return count


def end_listed_sign_in(*, customer_id: int, sign_in_id: int) -> bool:
    """End one of the customer's own places, and return whether it was there."""
    count, _rows = CustomerSignIn.objects.filter(customer_id=customer_id, pk=sign_in_id).delete()
    return bool(count)


def hash_key(key: str) -> str:
    """Return what the table keeps of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()
