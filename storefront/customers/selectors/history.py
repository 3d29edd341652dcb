"""What happened between a customer and the store, from all its parts."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from core.events import publish
from storefront.customers.enums import ConsentKind
from storefront.customers.events import CustomerHistoryAsked, HistoryMoment
from storefront.customers.models import Consent, Customer, CustomerEvent


def list_history(customer: Customer, *, permissions: Collection[str], limit: int) -> list[HistoryMoment]:
    """Return the newest moments that a colleague with these permissions may see, newest first."""
    question = CustomerHistoryAsked(
        customer_id=customer.pk, email=customer.email, permissions=frozenset(permissions), limit=limit
    )
    question.moments += [_done(one) for one in customer.events.order_by("-created_at", "-pk")[:limit]]
    question.moments += [_said(one) for one in customer.consents.order_by("-created_at", "-pk")[:limit]]
    publish(question)
    question.moments.append(HistoryMoment(customer.created_at, _("First known here")))
    return sorted(question.moments, key=lambda moment: moment.at, reverse=True)[:limit]


def _said(line: Consent) -> HistoryMoment:
    about = ConsentKind(line.kind).label
    title = _("Said yes: %(about)s") if line.is_given else _("Said no: %(about)s")
    return HistoryMoment(line.created_at, title % {"about": about}, url=reverse("dashboard_consents"))


def _done(event: CustomerEvent) -> HistoryMoment:
    data = event.data
    if event.type == "note.added":
        return HistoryMoment(event.created_at, str(data.get("text", "")), actor=event.actor, is_note=True)
    signed = [("+", data.get("added", ())), ("−", data.get("removed", ()))]
    words = {
        "customer.merged": _("Made one with another customer"),
        "customer.tagged": _("Tags changed"),
        "customer.note_changed": _("Note changed"),
        "customer.invited": _("A link to sign in was sent"),
    }
    return HistoryMoment(
        event.created_at,
        words.get(event.type, event.type),
        data.get("email") or "  ".join(f"{sign} {tag}" for sign, tags in signed for tag in tags),
        event.actor,
    )
