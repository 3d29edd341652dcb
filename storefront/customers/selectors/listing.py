"""Find many customers: the list's views, what its search finds, and what its filters leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.http import QueryDict

from core.events import publish
from storefront.customers.events import CreditHoldersAsked
from storefront.customers.models import Address, Customer

VIEWS = ("all", "returning", "no_order", "subscribed", "with_credit")
SORTS: dict[str, tuple[Any, ...]] = {
    "newest": ("-created_at", "-pk"),
    "spent": ("-spent_amount", "-pk"),
    "recent": (F("last_order_at").desc(nulls_last=True), "-pk"),
    "name": ("name", "pk"),
}
# Bought within so many days, or with a minus: bought, but not for so many days.
LAST_ORDERS = (30, 90, 365, -90, -180, -365)
SHORTEST_PHONE = 4


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Who is to be seen: a view, words, and of each further question the answer that passes (none: all pass).

    `last` is one of `LAST_ORDERS`; `country` is spelled as it is kept, a code mostly.
    """

    view: str = "all"
    text: str = ""
    country: str = ""
    tag: str = ""
    last: int = 0
    sort: str = "newest"

    @classmethod
    def read(cls, given: QueryDict) -> "CustomerFilter":
        """Read a list's address; what makes no sense in it is left out."""
        view, last, sort = given.get("view", ""), given.get("last", ""), given.get("sort", "")
        return cls(
            view=view if view in VIEWS else "all",
            text=_words(given.get("q", ""), 80),
            country=_words(given.get("country", ""), 60),
            tag=_words(given.get("tag", ""), 40),
            last=int(last) if last in map(str, LAST_ORDERS) else 0,
            sort=sort if sort in SORTS else "newest",
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the view keeps customers out."""
        return any((self.text, self.country, self.tag, self.last))


@dataclass(frozen=True, slots=True)
class CustomerCounts:
    """How many there are: in each view, of what is asked for, and (country, how many) by number."""

    views: dict[str, int]
    wanted: int
    countries: tuple[tuple[str, int], ...]


def list_customers(*, wanted: CustomerFilter, now: datetime) -> QuerySet[Customer]:
    """Return the rows of the list in their order, each with the `city` of its usual address."""
    usual = Address.objects.filter(customer=OuterRef("pk")).order_by("-is_default", "pk")
    rows = _searchable().filter(_in_view(wanted.view), _narrow(wanted, now))
    rows = rows.annotate(city=Subquery(usual.values("city")[:1]))
    return rows.order_by(*SORTS[wanted.sort]).only(
        "name",
        "email",
        "phone",
        "orders_count",
        "spent_amount",
        "last_order_at",
        "country",
        "accepts_marketing",
        "tags",
        "created_at",
    )


def count_customers(*, wanted: CustomerFilter, now: datetime) -> CustomerCounts:
    """Count every view, what is asked for, and the countries, all in one question."""
    counts: dict[str, Any] = {f"in_{view}": Count("pk", filter=_in_view(view)) for view in VIEWS[1:]}
    counts["in_all"] = Count("pk")
    counts["wanted"] = Count("pk", filter=_in_view(wanted.view) & _narrow(wanted, now))
    groups: list[Any] = list(_searchable().order_by().values("country").annotate(**counts))
    by_number = sorted((-group["in_all"], group["country"]) for group in groups if group["country"])
    return CustomerCounts(
        views={view: sum(group[f"in_{view}"] for group in groups) for view in VIEWS},
        wanted=sum(group["wanted"] for group in groups),
        countries=tuple((country, -minus) for minus, country in by_number),
    )


def _words(text: str, most: int) -> str:
    return " ".join(text.replace("\0", "").split())[:most]


def _searchable() -> QuerySet[Customer]:
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return Customer.objects.filter(erased_at__isnull=True).alias(phone_digits=digits)


def _in_view(view: str) -> Q:
    if view == "returning":
        return Q(orders_count__gte=2)
    if view == "no_order":
        return Q(orders_count=0)
    if view == "subscribed":
        return Q(accepts_marketing=True)
    if view == "with_credit":
        return Q(pk__in=_credit_holders())
    return Q(pk__isnull=False)


def _credit_holders() -> Any:
    question = CreditHoldersAsked()
    publish(question)
    return [] if question.customer_ids is None else question.customer_ids


def _narrow(wanted: CustomerFilter, now: datetime) -> Q:
    found = Q()
    if wanted.text:
        found &= _search(wanted.text)
    if wanted.country:
        found &= Q(country=wanted.country)
    if wanted.tag:
        found &= Q(tags__contains=[wanted.tag])
    if wanted.last > 0:
        found &= Q(last_order_at__gte=now - timedelta(days=wanted.last))
    elif wanted.last < 0:
        found &= Q(last_order_at__lt=now - timedelta(days=-wanted.last))
    return found


def _search(text: str) -> Q:
    found = Q(email__icontains=text) | Q(name__icontains=text)
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    if len(digits) >= SHORTEST_PHONE and not any(sign.isalpha() for sign in text):
        found |= Q(phone_digits__contains=digits)
    return found
