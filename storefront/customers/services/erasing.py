"""Replace a customer by nobody."""

import re
from collections.abc import Iterable, Sized
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.events import publish
from core.ids import new_token
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job, strike_words
from core.outbox.services import enqueue, forget_messages
from core.tenancy import after_commit, current_schema, current_tenant
from storefront.customers.errors import ErasureRefused
from storefront.customers.events import CustomerErased, ErasureAsked
from storefront.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerEvent,
    CustomerLoginLink,
    CustomerSignIn,
    ErasureReceipt,
    FormerCustomer,
)
from storefront.customers.selectors import get_customer
from storefront.customers.services.exporting import collect_data, remove_exports
from storefront.customers.services.holding import hold_whole
from tenants.archive.services.journal import note_erasure
from tenants.archive.services.ledger import record_erasure

TASK = "storefront.customers.erase"
_KEPT = ("orders",)
_HAN = re.compile("[\u3400-\u9fff]")


def check_erasure(customer_id: int) -> None:
    """Refuse while something still needs the customer.

    Raises: ErasureRefused with the reasons.
    """
    reasons = list_obstacles(customer_id)
    if reasons:
        lead = gettext_lazy("Your account cannot be deleted yet. Nothing was changed.")
        raise ErasureRefused(" ".join([str(lead), *reasons]))


def list_obstacles(customer_id: int) -> list[str]:
    """Return why a customer cannot be erased now, as sentences; none where nothing stands in the way."""
    question = ErasureAsked(customer_id=customer_id)
    publish(question)
    return question.reasons


def start_erasure(*, customer_id: int, language: str, actor: str, now: datetime) -> Job:
    """Ask for a customer to be erased at the merchant's word; what is not allowed is refused before anything begins.

    Raises: CustomerNotFound, ErasureRefused.
    """
    customer = get_customer(customer_id)
    if customer.erased_at is not None:
        raise ErasureRefused(gettext_lazy("This customer was deleted before."))
    _refuse_obstacles(customer.pk)
    return create_job(
        kind="erasure",
        title=_("Delete a customer’s data"),
        task=TASK,
        params={"customer_id": customer.pk, "language": language, "asked_at": now.isoformat()},
        started_by=actor,
        now=now,
    )


def carry_out_erasure(*, handle: JobHandle, now: datetime) -> ErasureReceipt:
    """Do what `start_erasure` asked for; a second try finds it done and returns the same receipt."""
    customer_id, asked_at = handle.params["customer_id"], datetime.fromisoformat(handle.params["asked_at"])
    handle.report(phase=_("Looking"))
    receipt = ErasureReceipt.objects.filter(customer_id=customer_id).order_by("pk").first()
    if receipt is None:
        handle.report(phase=_("Deleting"))
        with transaction.atomic():
            hold_customer(customer_id)
            _refuse_obstacles(customer_id)
            receipt = erase_customer(customer_id=customer_id, actor=handle.job.started_by, asked_at=asked_at, now=now)
    return receipt


def erase_customer(
    *, customer_id: int, now: datetime, actor: str = "", asked_at: datetime | None = None
) -> ErasureReceipt:
    """Replace a customer by nobody: orders keep the books, every part blanks or removes what names the person.

    The parts are told by `CustomerErased`; the store's ledger remembers it for whatever is restored from an archive.
    Raises: CustomerNotFound.
    """
    with transaction.atomic():
        customer = hold_customer(customer_id)
        counts = count_traces(customer)
        known_as = [(customer.pk, customer.email), *customer.former.order_by("pk").values_list("pk", "email")]
        replace_by_nobody(customer, now=now)
        for pk, email in known_as:
            _remember(pk, email, now=now)
        return ErasureReceipt.objects.create(
            reference=new_token()[:10].upper(),
            customer_id=customer.pk,
            actor=actor,
            kept={name: count for name, count in counts.items() if name in _KEPT},
            removed={name: count for name, count in counts.items() if name not in _KEPT},
            asked_at=asked_at or now,
            erased_at=now,
        )


def replace_by_nobody(customer: Customer, *, now: datetime) -> None:
    """Blank or remove what names a customer, everywhere; whoever calls holds them and writes down that it was done."""
    words = _words_of(customer)
    publish(CustomerErased(customer_id=customer.pk, email=customer.email, now=now, words=words))
    for former in FormerCustomer.objects.filter(customer=customer).order_by("pk"):
        _forget_former(former, now=now)
    remove_exports(customer)
    Address.objects.filter(customer=customer).delete()
    CustomerSignIn.objects.filter(customer=customer).delete()
    Consent.objects.filter(customer=customer).delete()
    CustomerEvent.objects.filter(customer=customer).delete()
    CustomerLoginLink.objects.filter(email=customer.email).delete()
    CustomerLoginLink.objects.filter(customer=customer).delete()
    _forget_platform(customer.email, words)
    Customer.objects.filter(pk=customer.pk).update(**_nobody(now))


def hold_customer(customer_id: int) -> Customer:
    """Hold a customer after everything of theirs that others lock before one.

    Raises: CustomerNotFound.
    """
    (customer,) = hold_whole([customer_id])
    return customer


def count_traces(customer: Customer) -> dict[str, int]:
    """Return how much every part keeps of a customer, by part; parts that keep nothing are left out."""
    sections = collect_data(customer)
    return {
        name: len(rows) for name, rows in sections.items() if isinstance(rows, Sized) and name != "account" and rows
    }


def _remember(customer_id: int, email: str, *, now: datetime) -> None:
    """Write a person's erasure into the ledger outside the store, and have their sessions swept."""
    erasure = record_erasure(tenant_id=current_tenant().pk, email=email, now=now)
    after_commit(lambda: note_erasure(erasure, schema_name=current_schema()))
    enqueue(
        task="storefront.customers.remove_sessions",
        kwargs={"customer_id": customer_id, "subject_hash": erasure.subject_hash, "lineage": str(erasure.lineage)},
        queue="jobs",
    )


def _forget_former(former: FormerCustomer, *, now: datetime) -> None:
    """Blank or remove what names whom a customer was merged from; an address that is another's by now is left to them."""
    if not Customer.objects.filter(email=former.email).exists():
        words = find_words(email=former.email, names=[former.name], phones=[former.phone])
        publish(CustomerErased(customer_id=former.customer_id, email=former.email, now=now, words=words))
        _forget_platform(former.email, words)
    former.delete()


def _forget_platform(email: str, words: tuple[str, ...]) -> None:
    strike_words(schema_name=current_schema(), words=words)
    forget_messages(schema_name=current_schema(), word=email)


def _refuse_obstacles(customer_id: int) -> None:
    reasons = list_obstacles(customer_id)
    if reasons:
        lead = gettext_lazy("This customer cannot be deleted yet. Nothing was changed.")
        raise ErasureRefused(" ".join([str(lead), *reasons]))


def _words_of(customer: Customer) -> tuple[str, ...]:
    addresses = list(Address.objects.filter(customer=customer))
    return find_words(
        email=customer.email,
        names=[customer.name, *(address.name for address in addresses)],
        phones=[customer.phone, *(address.phone for address in addresses)],
        streets=[address.line1 for address in addresses],
    )


def find_words(
    *, email: str, names: Iterable[str], phones: Iterable[str], streets: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return what names a customer wherever it was typed; a single given name is many people's."""
    found = {email}
    found.update(name.strip() for name in names if " " in name.strip() or len(_HAN.findall(name)) >= 2)
    found.update(phone.strip() for phone in phones if len(re.sub(r"\D", "", phone)) >= 6)
    found.update(street.strip() for street in streets if len(street.strip()) >= 6)
    return tuple(sorted(found))


def _nobody(now: datetime) -> dict[str, Any]:
    return {
        "email": f"erased-{new_token()[:16]}@erased.invalid",
        "name": "",
        "phone": "",
        "password": "",
        "country": "",
        "note": "",
        "tags": [],
        "external_id": "",
        "accepts_marketing": False,
        "wants_personal": False,
        "wants_reminders": None,
        "erased_at": now,
    }
