"""Shoppers' accounts: register, sign in, keep details. Buying as a guest stands in `buyers`."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.customers.attempts import FAILED_PASSWORDS
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.enums import LinkPurpose
from storefront.customers.errors import LoginLinkRefused, LoginRefused, TooManyAttempts, WeakPassword
from storefront.customers.locks import lock_customer
from storefront.customers.models import Customer, CustomerSignIn
from storefront.customers.selectors import find_customer_by_email
from storefront.customers.services.links import use_link, write_link
from storefront.customers.services.mailing import ask_for_notice


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
        customer = lock_customer(customer.pk)
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
        customer = lock_customer(customer_id)
        if current is not None and customer.has_account and not customer.check_password(current):
            raise LoginRefused(_("Your current password is not right. Nothing was changed."), field="current")
        check_password_strength(password=password, email=customer.email, name=customer.name)
        customer.set_password(password)
        customer.save(update_fields=["password"])
        CustomerSignIn.objects.filter(customer=customer).delete()
    return customer


def adopt_password(*, customer_id: int, encoded: str) -> Customer:
    """Set a password that was chosen, checked and encoded before its owner's address was proven.

    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        customer.password = encoded
        customer.save(update_fields=["password"])
    return customer


def update_details(*, customer_id: int, name: str, phone: str, language: str) -> Customer:
    """Change what the customer tells of themselves. Raises: CustomerNotFound."""
    with transaction.atomic():
        customer = lock_customer(customer_id)
        customer.name, customer.phone, customer.language = name.strip(), phone.strip(), language
        customer.save(update_fields=["name", "phone", "language"])
    return customer


def request_new_email(*, customer_id: int, email: str, language: str, address: str, now: datetime) -> None:
    """Mail a link to an address that the customer wants to use; whether somebody has it here is not said.

    Raises: TooManyAttempts.
    """
    write_link(
        purpose=LinkPurpose.CHANGE_EMAIL,
        email=email,
        language=language,
        address=address,
        customer_id=customer_id,
        now=now,
    )


def confirm_new_email(*, token: str, now: datetime) -> Customer:
    """Give the customer the address that the link was mailed to, and tell the old one; every sign-in ends.

    Raises: LoginLinkRefused, also where another customer has the address.
    """
    with transaction.atomic():
        link = use_link(token=token, purpose=LinkPurpose.CHANGE_EMAIL, now=now)
        customer = lock_customer(link.customer_id or 0)
        if Customer.objects.filter(email=link.email).exclude(pk=customer.pk).exists():
            raise LoginLinkRefused(_("This address belongs to another account here. Nothing was changed."))
        old, customer.email = customer.email, link.email
        customer.save(update_fields=["email"])
        CustomerSignIn.objects.filter(customer=customer).delete()
        ask_for_notice(email=old, language=link.language, kind="email_changed", now=now)
    return customer
