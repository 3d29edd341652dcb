"""What a customer allows, what they may take along, and their leaving."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.ids import new_token
from core.tenancy import current_tenant
from storefront.customers.enums import ConsentKind, LinkPurpose
from storefront.customers.errors import ErasureRefused
from storefront.customers.events import CustomerErased, ErasureAsked, ErasureBegins, PersonalizationChanged
from storefront.customers.locks import lock_customer
from storefront.customers.models import Address, Consent, Customer, CustomerLoginLink, CustomerSignIn, DataExport
from storefront.customers.services.exporting import remove_export_file
from storefront.customers.services.links import use_link, write_link
from storefront.customers.services.mailing import ask_for_notice
from tenants.archive.services.ledger import record_erasure

_COLUMNS = {ConsentKind.MARKETING: "accepts_marketing", ConsentKind.PERSONAL: "wants_personal"}


def set_consent(
    *, customer_id: int, kind: ConsentKind, is_given: bool, words: str, place: str, now: datetime
) -> Customer:
    """Write a customer's yes or no with the words they saw; saying the same again writes nothing.

    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        column = _COLUMNS[kind]
        if getattr(customer, column) == is_given:
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
    _check_erasure(customer.pk)
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
        customer = _hold(link.customer_id or 0)
        _check_erasure(customer.pk)
        ask_for_notice(email=customer.email, language=link.language, kind="account_deleted", now=now)
        erase_customer(customer_id=customer.pk, now=now)


def erase_customer(*, customer_id: int, now: datetime) -> None:
    """Replace a customer by nobody: orders keep the books, every part blanks or removes what names the person.

    The parts are told by `CustomerErased`; the store's ledger remembers it for whatever is restored from an archive.
    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = _hold(customer_id)
        email = customer.email
        publish(CustomerErased(customer_id=customer.pk, email=email, now=now))
        for export in DataExport.objects.filter(customer=customer):
            remove_export_file(export)
        Address.objects.filter(customer=customer).delete()
        CustomerSignIn.objects.filter(customer=customer).delete()
        Consent.objects.filter(customer=customer).delete()
        DataExport.objects.filter(customer=customer).delete()
        CustomerLoginLink.objects.filter(email=email).delete()
        CustomerLoginLink.objects.filter(customer=customer).delete()
        Customer.objects.filter(pk=customer.pk).update(**_nobody(now))
        record_erasure(tenant_id=current_tenant().pk, email=email, now=now)


def _hold(customer_id: int) -> Customer:
    """Hold a customer after everything of theirs that others lock before one."""
    publish(ErasureBegins(customer_id=customer_id))
    return lock_customer(customer_id)


def _check_erasure(customer_id: int) -> None:
    question = ErasureAsked(customer_id=customer_id)
    publish(question)
    if question.reasons:
        lead = _("Your account cannot be deleted yet. Nothing was changed.")
        raise ErasureRefused(" ".join([str(lead), *question.reasons]))


def _nobody(now: datetime) -> dict[str, Any]:
    return {
        "email": f"erased-{new_token()[:16]}@erased.invalid",
        "name": "",
        "phone": "",
        "password": "",
        "note": "",
        "tags": [],
        "external_id": "",
        "accepts_marketing": False,
        "wants_personal": False,
        "erased_at": now,
    }
