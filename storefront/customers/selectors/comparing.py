"""Two customers side by side: what each has, and what there is when they are one."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.events import publish
from core.money import format_money
from core.tags import MOST_TAGS, join_tags
from storefront.customers.enums import CONSENT_COLUMNS, ConsentKind
from storefront.customers.events import MergeAsked, MergeRow
from storefront.customers.joining import combine_notes, consent_after, new_addresses
from storefront.customers.models import Customer, FormerCustomer

MOST_FOUND = 20
_NONE = "–"


def find_former(customer_id: int) -> FormerCustomer | None:
    """Return who a customer of this key became when they were made one with another, or None."""
    return FormerCustomer.objects.filter(pk=customer_id).first()


def list_alike(customer: Customer) -> QuerySet[Customer]:
    """Return others who may be the same person: of the same full name or telephone number, at most twenty."""
    alike = Q(pk__isnull=True)
    if " " in customer.name.strip():
        alike |= Q(name__iexact=customer.name.strip())
    if customer.phone:
        alike |= Q(phone=customer.phone)
    return Customer.objects.filter(alike, erased_at__isnull=True).exclude(pk=customer.pk).order_by("pk")[:MOST_FOUND]


def list_merge_obstacles(stays: Customer, goes: Customer) -> list[str]:
    """Return why two customers cannot become one now, as sentences; none where nothing stands in the way."""
    if len(join_tags(stays.tags, goes.tags)) > MOST_TAGS:
        words = _("Together they would have more than %(most)s tags. Take some off first.")
        return [words % {"most": MOST_TAGS}]
    return []


def compare_customers(
    stays: Customer, goes: Customer, *, permissions: Collection[str], currency: str, language: str
) -> list[MergeRow]:
    """Return, thing by thing, what each of two customers has and what there is when they are one."""
    question = MergeAsked(
        stays_id=stays.pk,
        goes_id=goes.pk,
        stays_email=stays.email,
        goes_email=goes.email,
        permissions=frozenset(permissions),
        rows=[*_account_rows(stays, goes), *_kept_rows(stays, goes), *_consent_rows(stays, goes)],
    )
    question.add(_("Orders"), stays.orders_count, goes.orders_count)
    spent = [stays.spent_amount, goes.spent_amount, stays.spent_amount + goes.spent_amount]
    question.rows.append(MergeRow(_("Spent"), *(format_money(amount, currency, language) for amount in spent)))
    publish(question)
    return question.rows


def _account_rows(stays: Customer, goes: Customer) -> list[MergeRow]:
    signs_in = [_("With a password") if one.has_account else _("By a mailed link") for one in (stays, goes)]
    rows = [
        MergeRow(_("E-mail"), stays.email, goes.email, stays.email),
        MergeRow(_("Signs in"), signs_in[0], signs_in[1], signs_in[0]),
    ]
    for label, column in ((_("Name"), "name"), (_("Phone"), "phone")):
        mine, theirs = getattr(stays, column), getattr(goes, column)
        rows.append(MergeRow(label, mine or _NONE, theirs or _NONE, mine or theirs or _NONE))
    return rows


def _kept_rows(stays: Customer, goes: Customer) -> list[MergeRow]:
    kept, coming = list(stays.addresses.order_by("pk")), list(goes.addresses.order_by("pk"))
    note, left = combine_notes(stays.note, goes.note)
    beside = _("%(note)s (and the other one in the timeline)") % {"note": note} if left else note
    tags = [", ".join(each) or _NONE for each in (stays.tags, goes.tags, join_tags(stays.tags, goes.tags))]
    together = len(kept) + len(new_addresses(kept, coming))
    rows = [MergeRow(_("Addresses"), str(len(kept)), str(len(coming)), str(together))]
    if stays.tags or goes.tags:
        rows.append(MergeRow(_("Tags"), *tags))
    if stays.note or goes.note:
        rows.append(MergeRow(_("Note"), stays.note or _NONE, goes.note or _NONE, beside))
    return rows


def _consent_rows(stays: Customer, goes: Customer) -> list[MergeRow]:
    rows, about = (
        [],
        {
            ConsentKind.MARKETING: _("News and offers by e-mail"),
            ConsentKind.PERSONAL: _("Suggestions from what they look at"),
            ConsentKind.REMINDERS: _("A reminder of a cart left behind"),
        },
    )
    for kind, column in CONSENT_COLUMNS.items():
        mine, theirs = getattr(stays, column), getattr(goes, column)
        said = [_say(answer) for answer in (mine, theirs, consent_after(mine, theirs))]
        rows.append(MergeRow(about[kind], *said))
    return rows


def _say(answer: Any) -> str:
    if answer is None:
        return _NONE
    return _("Yes") if answer else _("No")
