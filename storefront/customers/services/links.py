"""One-time links that prove an e-mail address, and the six digits that go with them."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_schema
from storefront.customers.attempts import FAILED_CODES, MAILED_LINKS
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.enums import LinkPurpose
from storefront.customers.errors import CodeRefused, LoginLinkRefused, TooManyAttempts
from storefront.customers.models import Customer, CustomerLoginLink

LINK_LIFE = {
    LinkPurpose.SIGN_IN: timedelta(minutes=10),
    LinkPurpose.CHANGE_EMAIL: timedelta(minutes=30),
    LinkPurpose.DELETE_ACCOUNT: timedelta(minutes=30),
    LinkPurpose.INVITATION: timedelta(days=3),
}
KEEP_LINKS = timedelta(days=1)
CODE_DIGITS = 6
MOST_TRIES = 5


def request_login_link(
    *, email: str, language: str, address: str, now: datetime, name: str = "", next_path: str = ""
) -> CustomerLoginLink:
    """Write a one-time link with its code for this address and ask for it to be mailed, whether the address is known or not.

    Raises: TooManyAttempts.
    """
    return write_link(
        purpose=LinkPurpose.SIGN_IN,
        email=email,
        language=language,
        address=address,
        now=now,
        name=name,
        next_path=next_path,
    )


def write_link(
    *,
    purpose: LinkPurpose,
    email: str,
    language: str,
    address: str,
    now: datetime,
    customer_id: int | None = None,
    name: str = "",
    next_path: str = "",
) -> CustomerLoginLink:
    """Write a link for one purpose and ask for its mail; `address` is the machine that asks.

    Raises: TooManyAttempts.
    """
    email = email.strip().lower()
    if MAILED_LINKS.is_reached(email=email, address=address):
        raise TooManyAttempts(_("We have sent several mails already. Look in your spam folder, or wait 15 minutes."))
    MAILED_LINKS.count(email=email, address=address)
    nonce = new_token()
    with transaction.atomic():
        CustomerLoginLink.objects.filter(expires_at__lt=now - KEEP_LINKS).delete()
        link = CustomerLoginLink.objects.create(
            token_hash=hash_token(link_token(nonce, purpose)),
            nonce=nonce,
            email=email,
            name=name.strip()[:160],
            language=language,
            next_path=next_path[:200],
            purpose=purpose,
            customer_id=customer_id,
            created_at=now,
            expires_at=now + LINK_LIFE[purpose],
        )
        enqueue(task="storefront.customers.send_login_link", kwargs={"link_id": link.pk})
    return link


def redeem_login_link(*, token: str, now: datetime) -> tuple[Customer, CustomerLoginLink]:
    """Use the link up and return the owner of its address, made known here if they were not, with the link.

    Raises: LoginLinkRefused when it is unknown here, used or too old.
    """
    with transaction.atomic():
        link = use_link(token=token, purpose=(LinkPurpose.SIGN_IN, LinkPurpose.INVITATION), now=now)
        return _owner(link, now=now), link


def redeem_login_code(*, link_id: int, code: str, address: str, now: datetime) -> tuple[Customer, CustomerLoginLink]:
    """Use a link up by its six digits, in the browser that asked for it: only its session knows `link_id`.

    A guess counts whether it is right or not, and is kept when it is refused. Raises: TooManyAttempts, CodeRefused.
    """
    with transaction.atomic():
        link = (
            CustomerLoginLink.objects.select_for_update()
            .filter(pk=link_id, purpose=LinkPurpose.SIGN_IN, used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if link is None or link.tries_count >= MOST_TRIES:
            raise CodeRefused(_("This code is used up or too old. Ask for a new one; nothing was lost."))
        if FAILED_CODES.is_reached(email=link.email, address=address):
            raise TooManyAttempts(
                _("Too many wrong codes today. Press the button in the mail instead; that still works.")
            )
        is_right = constant_time_compare(code.strip(), login_code(link.nonce))
        CustomerLoginLink.objects.filter(pk=link.pk).update(
            tries_count=F("tries_count") + 1, used_at=now if is_right else None
        )
        if is_right:
            return _owner(link, now=now), link
    FAILED_CODES.count(email=link.email, address=address)
    if link.tries_count + 1 >= MOST_TRIES:
        raise CodeRefused(_("This code was wrong five times and is used up. Ask for a new one; nothing was lost."))
    raise CodeRefused(_("This code is not right. Look at the newest mail; it has six digits."), field="code")


def use_link(*, token: str, purpose: LinkPurpose | tuple[LinkPurpose, ...], now: datetime) -> CustomerLoginLink:
    """Mark a link for this purpose, or one of these, as used and return it; call it in a transaction.

    Raises: LoginLinkRefused when it is unknown here, for something else, used or too old.
    """
    purposes = purpose if isinstance(purpose, tuple) else (purpose,)
    fresh = CustomerLoginLink.objects.filter(
        token_hash=hash_token(token), purpose__in=purposes, used_at__isnull=True, expires_at__gt=now
    )
    if not fresh.update(used_at=now):
        raise LoginLinkRefused(_("This link has been used or is too old. Ask for a new one; nothing was lost."))
    link = CustomerLoginLink.objects.get(token_hash=hash_token(token))
    if not constant_time_compare(link_token(link.nonce, link.purpose), token):  # a row copied from another store
        raise LoginLinkRefused(_("This link belongs to another store. Ask for a new one; nothing was lost."))
    return link


def link_token(nonce: str, purpose: str = LinkPurpose.SIGN_IN) -> str:
    """Return a link's token: made of the store, the purpose, the nonce and the server's secret."""
    told = f"{current_schema()}:{nonce}" if purpose == LinkPurpose.SIGN_IN else f"{current_schema()}:{purpose}:{nonce}"
    return salted_hmac("storefront.customers.login", told, algorithm="sha256").hexdigest()


def login_code(nonce: str) -> str:
    """Return the six digits that go with a link for signing in."""
    made = salted_hmac("storefront.customers.code", f"{current_schema()}:{nonce}", algorithm="sha256").hexdigest()
    return str(int(made, 16) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def hash_token(token: str) -> str:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _owner(link: CustomerLoginLink, *, now: datetime) -> Customer:
    customer = find_or_create_buyer(email=link.email, name=link.name, language=link.language, country="", now=now)
    if link.name and not customer.name:
        customer.name = link.name
        customer.save(update_fields=["name"])
    return customer
