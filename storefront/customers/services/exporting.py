"""A copy of all that the store keeps of a customer, as JSON and as a page to read."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.events import publish
from core.ids import new_token
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from core.outbox.services import enqueue
from core.tenancy import after_commit, current_tenant
from storefront.customers.attempts import DATA_EXPORTS
from storefront.customers.errors import TooManyAttempts
from storefront.customers.events import CustomerDataAsked
from storefront.customers.models import Customer, DataExport
from storefront.customers.selectors import get_customer

FOLDER = "customer-data"
KEEP = timedelta(days=7)


def request_export(*, customer: Customer, language: str, now: datetime) -> DataExport:
    """Ask for a copy of the customer's data; one that is on its way is returned as it is.

    Raises: TooManyAttempts for a fourth in a day.
    """
    waiting = DataExport.objects.filter(
        customer=customer, is_for_store=False, ready_at__isnull=True, expires_at__gt=now
    ).first()
    if waiting is not None:
        return waiting
    if DATA_EXPORTS.count(customer=str(customer.pk)):
        raise TooManyAttempts(gettext_lazy("You have asked for three copies today. Come back tomorrow for a new one."))
    with transaction.atomic():
        export = DataExport.objects.create(customer=customer, language=language, created_at=now, expires_at=now + KEEP)
        enqueue(task="storefront.customers.export_data", kwargs={"export_id": export.pk}, queue="jobs")
    return export


def start_export(*, customer_id: int, language: str, actor: str, now: datetime) -> Job:
    """Ask for a copy of a customer's data that a colleague hands over.

    Raises: CustomerNotFound.
    """
    customer = get_customer(customer_id)
    return create_job(
        kind="customer_data",
        title=_("Copy of a customer’s data"),
        task="storefront.customers.export_for_store",
        params={"customer_id": customer.pk, "language": language},
        started_by=actor,
        now=now,
    )


def carry_out_export(*, handle: JobHandle, now: datetime) -> DataExport | None:
    """Do what `start_export` asked for; None where the customer was erased meanwhile."""
    customer = Customer.objects.filter(pk=handle.params["customer_id"], erased_at__isnull=True).first()
    if customer is None:
        return None
    language = str(handle.params["language"])
    export = DataExport(
        customer=customer, language=language, created_at=now, ready_at=now, expires_at=now + KEEP, is_for_store=True
    )
    with translation.override(language):
        content = _pack(collect_data(customer), export)
    export.path = storages["private"].save(f"{FOLDER}/{new_token()}.zip", ContentFile(content))
    export.save()
    return export


def make_export(*, export_id: int, now: datetime) -> bool:
    """Collect the data, write the file and ask for the mail; a second call does nothing. Return whether it was made."""
    export = DataExport.objects.select_related("customer").filter(pk=export_id, ready_at__isnull=True).first()
    if export is None or export.customer.erased_at is not None:
        return False
    with translation.override(export.language):
        content = _pack(collect_data(export.customer), export)
    path = storages["private"].save(f"{FOLDER}/{new_token()}.zip", ContentFile(content))
    with transaction.atomic():
        written = DataExport.objects.filter(pk=export.pk, ready_at__isnull=True).update(
            path=path, ready_at=now, expires_at=now + KEEP
        )
        if written:
            enqueue(task="storefront.customers.send_export", kwargs={"export_id": export.pk})
    if not written:
        storages["private"].delete(path)
    return bool(written)


def collect_data(customer: Customer) -> dict[str, Any]:
    """Return what every part of the store keeps of the customer, by part."""
    question = CustomerDataAsked(customer_id=customer.pk, email=customer.email)
    question.sections["account"] = {
        "email": customer.email,
        "name": customer.name,
        "phone": customer.phone,
        "language": customer.language,
        "country": customer.country,
        "customer_since": customer.created_at.isoformat(),
        "has_password": customer.has_account,
        "accepts_marketing": customer.accepts_marketing,
        "wants_personal": customer.wants_personal,
        "wants_reminders": customer.wants_reminders,
    }
    question.sections["addresses"] = list(
        customer.addresses.order_by("pk").values(
            "name", "company", "line1", "line2", "postcode", "city", "province", "country", "phone", "is_default"
        )
    )
    question.sections["sign_ins"] = list(customer.sign_ins.order_by("pk").values("browser", "address", "created_at"))
    question.sections["consents"] = list(
        customer.consents.order_by("pk").values("kind", "is_given", "words", "place", "created_at")
    )
    publish(question)
    for former in customer.former.order_by("pk"):
        _add_former(question.sections, former.email)
    return question.sections


def _add_former(sections: dict[str, Any], email: str) -> None:
    """Add what lies under an address that the customer had before they were made one with another."""
    question = CustomerDataAsked(customer_id=0, email=email)
    publish(question)
    for name, found in question.sections.items():
        if isinstance(found, list) and isinstance(kept := sections.setdefault(name, []), list):
            kept.extend(found)


def remove_old_exports(*, now: datetime) -> int:
    """Delete the copies whose week is over, and return how many."""
    old = list(DataExport.objects.filter(expires_at__lt=now))
    for export in old:
        remove_export_file(export)
        export.delete()
    return len(old)


def remove_exports(customer: Customer) -> None:
    """Delete the copies of a customer's data, their files when the transaction has committed."""
    for export in DataExport.objects.filter(customer=customer):
        remove_export_file(export)
        export.delete()


def remove_export_file(export: DataExport) -> None:
    """Delete the file of a copy when the transaction has committed."""
    path = export.path
    if path:
        after_commit(lambda: storages["private"].delete(path))


def _pack(sections: Mapping[str, Any], export: DataExport) -> bytes:
    store = current_tenant()
    words = {"store": store.name, "sections": _readable(sections), "made_at": export.created_at}
    page = render_to_string("customers/export.html", words)
    text = json.dumps({"store": store.name, **sections}, ensure_ascii=False, indent=2, default=_plain)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
        archive.writestr("data.html", page)
    return buffer.getvalue()


def _readable(sections: Mapping[str, Any]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return (title, rows of (name, value)) by section, for the page; deeper values stay as JSON."""
    titles = {
        "account": _("Your details"),
        "addresses": _("Your addresses"),
        "sign_ins": _("Where you are signed in"),
        "consents": _("What you agreed to"),
        "orders": _("Your orders"),
        "reviews": _("Your reviews"),
        "saved": _("Saved items"),
        "conversations": _("Your questions"),
        "looked_at": _("What you looked at"),
        "letters": _("Letters you asked for"),
        "stock_alerts": _("What you wanted to be told of"),
        "left_carts": _("Carts you left behind"),
    }
    found = []
    for name, value in sections.items():
        rows = value if isinstance(value, list) else [value]
        found.append(
            (titles.get(name, name), [[(key, _shown(one)) for key, one in row.items()] for row in rows if row])
        )
    return found


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
