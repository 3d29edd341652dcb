"""Shoppers' accounts: prove an address, sign in, keep details. Buying as a guest stands in `buyers`."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_schema, current_tenant
from integrations.mail.services import send_mail
from storefront.customers.attempts import FAILED_PASSWORDS, MAILED_LINKS
from storefront.customers.buyers import find_or_create_buyer, record_purchase
from storefront.customers.errors import (
    AddressNotFound,
    CustomerNotFound,
    LoginLinkRefused,
    LoginRefused,
    TooManyAttempts,
    WeakPassword,
)
from storefront.customers.models import Address, Customer, CustomerLoginLink
from storefront.customers.selectors import find_customer_by_email
from tenants.selectors import store_url

__all__ = [
    "adopt_password",
    "authenticate_customer",
    "check_password_strength",
    "delete_address",
    "find_or_create_customer",
    "mail_login_link",
    "record_purchase",
    "redeem_login_link",
    "register_customer",
    "request_login_link",
    "save_address",
    "set_password",
    "update_details",
]

LINK_LIFE = timedelta(minutes=15)
KEEP_LINKS = timedelta(days=1)
MOST_ADDRESSES = 20


def find_or_create_customer(*, email: str, name: str, language: str, now: datetime, country: str = "") -> Customer:
    """Return the customer with this e-mail, or a new guest."""
    return find_or_create_buyer(email=email, name=name, language=language, country=country, now=now)


def register_customer(*, email: str, password: str, name: str, language: str, now: datetime) -> Customer:
    """Give the owner of a proven e-mail address an account; a guest's orders become the account's.

    Call it only when the address is proven: whoever holds the account sees what was bought under it.
    Raises: WeakPassword.
    """
    email = email.strip().lower()
    check_password_strength(password=password, email=email, name=name)
    with transaction.atomic():
        customer = find_or_create_customer(email=email, name=name, language=language, now=now)
        customer = _lock(customer.pk)
        customer.set_password(password)
        customer.name = customer.name or name.strip()
        customer.save(update_fields=["password", "name"])
    return customer


def authenticate_customer(*, email: str, password: str, address: str) -> Customer:
    """Return the customer whose e-mail and password these are; `address` is the machine that asks.

    A wrong e-mail and a wrong password take as long and say the same.
    Raises: TooManyAttempts, LoginRefused.
    """
    if FAILED_PASSWORDS.is_reached(email=email, address=address):
        raise TooManyAttempts(
            _("Too many attempts. Wait 15 minutes, or have a sign-in link e-mailed to you; your account is safe.")
        )
    customer = find_customer_by_email(email)
    if customer is None or not customer.has_account:
        make_password(password)
    elif customer.check_password(password):
        return customer
    FAILED_PASSWORDS.count(email=email, address=address)
    raise LoginRefused(_("The e-mail or the password is not right. You can also have a sign-in link e-mailed to you."))


def request_login_link(
    *, email: str, language: str, address: str, now: datetime, name: str = "", next_path: str = ""
) -> CustomerLoginLink:
    """Write a one-time link for this address and ask for it to be mailed, whether the address is known or not.

    Raises: TooManyAttempts.
    """
    email = email.strip().lower()
    if MAILED_LINKS.is_reached(email=email, address=address):
        raise TooManyAttempts(_("We have sent several links already. Look in your spam folder, or wait 15 minutes."))
    MAILED_LINKS.count(email=email, address=address)
    nonce = new_token()
    with transaction.atomic():
        CustomerLoginLink.objects.filter(expires_at__lt=now - KEEP_LINKS).delete()
        link = CustomerLoginLink.objects.create(
            token_hash=_hash(_token(nonce)),
            nonce=nonce,
            email=email,
            name=name.strip()[:160],
            language=language,
            next_path=next_path[:200],
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
        enqueue(task="storefront.customers.send_login_link", kwargs={"link_id": link.pk})
    return link


def mail_login_link(*, link_id: int, now: datetime) -> bool:
    """Mail a link that is waiting for it and return whether that was done; a second call does nothing."""
    with transaction.atomic():
        link = (
            CustomerLoginLink.objects.select_for_update()
            .filter(pk=link_id, mailed_at__isnull=True, used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if link is None:
            return False
        _send_link(link)
        CustomerLoginLink.objects.filter(pk=link.pk).update(mailed_at=now)
    return True


def _send_link(link: CustomerLoginLink) -> None:
    tenant = current_tenant()
    prefix = "" if link.language == tenant.language else f"/{link.language}"
    with translation.override(link.language):
        send_mail(
            to=link.email,
            subject=gettext("Sign in to %(store)s") % {"store": tenant.name},
            template="customers/email/login_link",
            context={
                "sender_name": tenant.name,
                "minutes": int(LINK_LIFE.total_seconds() // 60),
                "action_url": store_url(tenant, f"{prefix}/account/link/{_token(link.nonce)}/"),
                "action_label": gettext("Sign in"),
            },
            language=link.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )


def redeem_login_link(*, token: str, now: datetime) -> tuple[Customer, CustomerLoginLink]:
    """Use the link up and return the owner of its address, made known here if they were not, with the link.

    Raises: LoginLinkRefused when it is unknown here, used or too old.
    """
    with transaction.atomic():
        fresh = CustomerLoginLink.objects.filter(token_hash=_hash(token), used_at__isnull=True, expires_at__gt=now)
        if not fresh.update(used_at=now):
            raise LoginLinkRefused(_("This link has been used or is too old. Ask for a new one; nothing was lost."))
        link = CustomerLoginLink.objects.get(token_hash=_hash(token))
        if not constant_time_compare(_token(link.nonce), token):  # a row copied from another store
            raise LoginLinkRefused(_("This link belongs to another store. Ask for a new one; nothing was lost."))
        customer = find_or_create_customer(email=link.email, name=link.name, language=link.language, now=now)
        if link.name and not customer.name:
            customer.name = link.name
            customer.save(update_fields=["name"])
    return customer, link


def check_password_strength(*, password: str, email: str, name: str) -> None:
    """Raises: WeakPassword, saying what is wrong."""
    try:
        validate_password(password, Customer(email=email, name=name))  # type: ignore[arg-type]
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error


def set_password(*, customer_id: int, password: str, current: str | None) -> Customer:
    """Set the password; `current` is checked unless it is None, which says the address was proven just now.

    Every other session of the customer ends. Raises: WeakPassword, LoginRefused, CustomerNotFound.
    """
    with transaction.atomic():
        customer = _lock(customer_id)
        if current is not None and customer.has_account and not customer.check_password(current):
            raise LoginRefused(_("Your current password is not right. Nothing was changed."), field="current")
        check_password_strength(password=password, email=customer.email, name=customer.name)
        customer.set_password(password)
        customer.save(update_fields=["password"])
    return customer


def adopt_password(*, customer_id: int, encoded: str) -> Customer:
    """Set a password that was chosen, checked and encoded before its owner's address was proven.

    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = _lock(customer_id)
        customer.password = encoded
        customer.save(update_fields=["password"])
    return customer


def update_details(*, customer_id: int, name: str, phone: str, language: str, accepts_marketing: bool) -> Customer:
    """Change what the customer tells of themselves. Raises: CustomerNotFound."""
    with transaction.atomic():
        customer = _lock(customer_id)
        customer.name, customer.phone = name.strip(), phone.strip()
        customer.language, customer.accepts_marketing = language, accepts_marketing
        customer.save(update_fields=["name", "phone", "language", "accepts_marketing"])
    return customer


def save_address(
    *, customer_id: int, facts: Mapping[str, str], is_default: bool, address_id: int | None = None
) -> Address:
    """Add an address, or change the one with this id; the first one, and one marked so, becomes the default.

    `facts` are the columns name, company, line1, line2, city, province, postcode, country and phone.
    Raises: AddressNotFound, also for somebody else's and when there are twenty already.
    """
    with transaction.atomic():
        customer = _lock(customer_id)
        mine = customer.addresses.order_by("pk")
        if address_id is None:
            if mine.count() >= MOST_ADDRESSES:
                raise AddressNotFound(_("Twenty addresses are the most. Remove one first."))
            address = Address(customer=customer)
        else:
            address = _find_address(customer, address_id)
        for key, value in facts.items():
            setattr(address, key, value)
        others = mine.exclude(pk=address.pk)
        address.is_default = is_default or address.is_default or not others.filter(is_default=True).exists()
        if address.is_default:
            others.update(is_default=False)
        address.save()
    return address


def delete_address(*, customer_id: int, address_id: int) -> None:
    """Remove one of the customer's addresses; another becomes the default. Raises: AddressNotFound."""
    with transaction.atomic():
        customer = _lock(customer_id)
        address = _find_address(customer, address_id)
        address.delete()
        following = customer.addresses.order_by("pk").first()
        if address.is_default and following is not None:
            Address.objects.filter(pk=following.pk).update(is_default=True)


def _find_address(customer: Customer, address_id: int) -> Address:
    address = customer.addresses.filter(pk=address_id).first()
    if address is None:
        raise AddressNotFound(_("This address is not there any more."))
    return address


def _lock(customer_id: int) -> Customer:
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise CustomerNotFound(_("This customer is not there any more."))
    return customer


def _token(nonce: str) -> str:
    """Return the link's token: made of the store, the nonce and the server's secret."""
    return salted_hmac("storefront.customers.login", f"{current_schema()}:{nonce}", algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
