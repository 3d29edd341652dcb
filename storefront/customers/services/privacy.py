"""What a customer allows, what they may take along, and their leaving."""

from datetime import datetime

from django.db import transaction

from core.events import publish
from storefront.customers.enums import CONSENT_COLUMNS, ConsentKind, LinkPurpose
from storefront.customers.events import PersonalizationChanged
from storefront.customers.locks import lock_customer
from storefront.customers.models import Consent, Customer
from storefront.customers.services.erasing import check_erasure, erase_customer, hold_customer
from storefront.customers.services.links import use_link, write_link
from storefront.customers.services.mailing import ask_for_notice


def set_consent(
    *,
    customer_id: int,
    kind: ConsentKind,
    is_given: bool,
    words: str,
    place: str,
    now: datetime,
    is_proven: bool = True,
) -> Customer:
    """Write a customer's yes or no with the words they saw; saying the same again writes nothing.

    Without `is_proven` anybody may be speaking, who typed an address: a yes then never undoes a no.
    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        column = CONSENT_COLUMNS[kind]
        before = getattr(customer, column)
        if before == is_given or (is_given and before is False and not is_proven):
            return customer
        setattr(customer, column, is_given)
        customer.save(update_fields=[column])
        Consent.objects.create(
            customer=customer, kind=kind, is_given=is_given, words=words[:200], place=place, created_at=now
        )
        if kind == ConsentKind.PERSONAL:
            publish(PersonalizationChanged(customer_id=customer.pk, is_wanted=is_given))
    return customer


def request_erasure(*, customer: Customer, language: str, address: str, now: datetime) -> None:
    """Mail the customer a link that deletes their account within half an hour.

    Raises: ErasureRefused while something still needs them, TooManyAttempts.
    """
    check_erasure(customer.pk)
    write_link(
        purpose=LinkPurpose.DELETE_ACCOUNT,
        email=customer.email,
        language=language,
        address=address,
        customer_id=customer.pk,
        now=now,
    )


def confirm_erasure(*, token: str, now: datetime) -> None:
    """Delete the account that the link was mailed to.

    Raises: LoginLinkRefused, ErasureRefused, CustomerNotFound; the link stays good then.
    """
    with transaction.atomic():
        link = use_link(token=token, purpose=LinkPurpose.DELETE_ACCOUNT, now=now)
        customer = hold_customer(link.customer_id or 0)
        check_erasure(customer.pk)
        ask_for_notice(email=customer.email, language=link.language, kind="account_deleted", now=now)
        erase_customer(customer_id=customer.pk, now=now)
