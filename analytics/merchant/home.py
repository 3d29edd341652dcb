"""The home page in words: greeting, what to do, the last thirty days."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from analytics.frames.periods import Comparison, PeriodComparison
from analytics.merchant.selectors import (
    PERIOD_DAYS,
    HomeFacts,
    TopProduct,
    compare_last_days,
    list_top_products,
)
from core.jobs.selectors import FailedJob
from core.money import format_money
from core.ui.charts import Spark, spark
from core.ui.templatetags.ui import MINUS, percent
from core.ui.templatetags.ui import number as write_number
from storefront.catalog.jinja import picture
from storefront.orders.models import Order
from tenants.models import Tenant
from tenants.people.permissions import Permission

NONE = "—"


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits; `hot` when a customer waits with it."""

    icon: str
    url: str
    count: int
    words: str
    hot: bool


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One figure of the card."""

    label: str
    value: str
    delta: str = ""
    direction: str = ""
    spark: Spark | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may wait: who may see it, where it is, which of the home page's facts counts it (none: failed tasks)."""

    right: str
    icon: str
    address: str
    figure: str
    words: Any
    hot: bool = False


_KINDS = (
    _Kind(
        Permission.ORDERS_VIEW, "package", "orders/?view=unfulfilled", "to_fulfill_count",
        ngettext_lazy("order to fulfill", "orders to fulfill", "count"), hot=True,
    ),
    _Kind(
        Permission.SUPPORT_VIEW, "support", "support/", "open_conversations_count",
        ngettext_lazy("open conversation", "open conversations", "count"), hot=True,
    ),
    _Kind(
        Permission.PRODUCTS_VIEW, "warning", "jobs/{token}/", "",
        ngettext_lazy("task did not finish", "tasks did not finish", "count"), hot=True,
    ),
    _Kind(
        Permission.ORDERS_VIEW, "wallet", "orders/?view=unpaid", "unpaid_count",
        ngettext_lazy("order waits for its money", "orders wait for their money", "count"),
    ),
    _Kind(
        Permission.PRODUCTS_VIEW, "star", "products/reviews/", "waiting_reviews_count",
        ngettext_lazy("review waits for you", "reviews wait for you", "count"),
    ),
    _Kind(
        Permission.PRODUCTS_VIEW, "products", "products/?attention=1", "attention_count",
        ngettext_lazy("product needs attention", "products need attention", "count"),
    ),
    _Kind(
        Permission.PRODUCTS_VIEW, "products", "products/?stock=out", "sold_out_count",
        ngettext_lazy("product sold out", "products sold out", "count"),
    ),
    _Kind(
        Permission.PRODUCTS_VIEW, "package", "products/inventory/?view=low", "low_count",
        ngettext_lazy("version is running low", "versions are running low", "count"),
    ),
)  # fmt: skip


def greet(*, name: str, tenant: Tenant, now: datetime) -> tuple[str, str]:
    """Return the greeting and the day by the store's own clock: by given name, or the store's where nobody gave one."""
    local = now.astimezone(ZoneInfo(tenant.time_zone))
    if 5 <= local.hour < 12:
        words = _("Good morning, %(name)s")
    elif 12 <= local.hour < 18:
        words = _("Good afternoon, %(name)s")
    else:
        words = _("Good evening, %(name)s")
    return words % {"name": name.split()[0] if name.strip() else tenant.name}, write_day(local.date())


def write_day(day: date) -> str:
    """Write a day with its weekday: Sunday, November 22."""
    chinese = _is_chinese()
    return format_date(day, "M月d日 EEEE" if chinese else "EEEE, MMMM d", locale="zh_Hans_CN" if chinese else "en_US")


def write_moment(moment: datetime | None, *, tenant: Tenant) -> str:
    """Write a moment by the store's own clock."""
    if moment is None:
        return NONE
    local = moment.astimezone(ZoneInfo(tenant.time_zone))
    chinese = _is_chinese()
    pattern = "M月d日 HH:mm" if chinese else "MMM d, HH:mm"
    return format_datetime(local, pattern, locale="zh_Hans_CN" if chinese else "en_US")


def name_buyer(order: Order) -> str:
    """Return who ordered: the customer's name, the parcel's, the e-mail address."""
    own = order.customer.name if order.customer else ""
    return own or str(order.shipping_address.get("name") or "") or order.email or NONE


def list_to_do(facts: HomeFacts, *, may: Collection[str], failed: Sequence[FailedJob] = ()) -> list[ToDo]:
    """Return what is not zero and may be seen with these rights, what customers wait for first."""
    token = failed[0].token if failed else ""
    found = []
    for kind in _KINDS:
        count = getattr(facts, kind.figure) if kind.figure else len(failed)
        if count and kind.right in may:
            address = f"/dashboard/{kind.address.format(token=token)}"
            found.append(ToDo(kind.icon, address, count, str(kind.words % {"count": count}), kind.hot))
    return found


def describe_period(*, tenant: Tenant, facts: HomeFacts, now: datetime) -> list[KeyNumber]:
    """Return net sales, orders, visitors and conversion of thirty days; dashes where the store has no history."""
    if not facts.has_order and not facts.has_visit:
        return [KeyNumber(label, NONE) for label in _labels()]
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    return _figures(compare_last_days(today=today), tenant.currency)


def describe_top_products(*, tenant: Tenant, now: datetime) -> list[dict[str, Any]]:
    """Return the best sold products of thirty days with picture and amounts written out."""
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    rows = list_top_products(since=today - timedelta(days=PERIOD_DAYS - 1))
    return [_top(row, tenant.currency) for row in rows]


def _top(row: TopProduct, currency: str) -> dict[str, Any]:
    sold = ngettext("%(num)s sold", "%(num)s sold", row.items_count) % {"num": write_number(row.items_count)}
    return {
        "title": row.title,
        "url": f"/dashboard/products/{row.product_id}/",
        "picture": picture(json.loads(row.cover)),
        "sold": sold,
        "amount": _money(row.amount, currency),
    }


def _labels() -> tuple[str, str, str, str]:
    return _("Net sales"), _("Orders"), _("Visitors"), _("Conversion")


def _figures(period: PeriodComparison, currency: str) -> list[KeyNumber]:
    sales, orders, visitors, conversion = _labels()
    share = period.conversion
    points = None if share.difference is None else round(share.difference * 100, 1)
    return [
        KeyNumber(
            sales,
            _money(period.sales.current, currency),
            _more(period.sales.difference, _money(abs(period.sales.difference or 0), currency)),
            _direction(period.sales.difference),
            _spark(period.sales),
        ),
        _count(orders, period.orders),
        _count(visitors, period.visitors),
        KeyNumber(
            conversion,
            NONE if share.current is None else percent(share.current),
            "" if points is None else _points(points),
            _direction(points),
            None if share.current is None else _spark(share),
        ),
    ]


def _count(label: str, figure: Comparison[int]) -> KeyNumber:
    difference = figure.difference
    delta = _fewer(difference, write_number(abs(difference)))
    return KeyNumber(label, write_number(figure.current), delta, _direction(difference), _spark(figure))


def _spark(figure: Comparison[Any]) -> Spark:
    return spark([value or 0 for value in figure.series], [value or 0 for value in figure.previous_series])


def _more(difference: int | None, amount: str) -> str:
    if not difference:
        return _("same as before")
    return (_("%(amount)s more") if difference > 0 else _("%(amount)s less")) % {"amount": amount}


def _fewer(difference: int, amount: str) -> str:
    if not difference:
        return _("same as before")
    return (_("%(amount)s more") if difference > 0 else _("%(amount)s fewer")) % {"amount": amount}


def _points(points: float) -> str:
    if not points:
        return _("same as before")
    words = _("%(points)s points more") if points > 0 else _("%(points)s points less")
    return words % {"points": f"{abs(points):.1f}"}


def _direction(difference: float | None) -> str:
    if not difference:
        return ""
    return "up" if difference > 0 else "down"


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, translation.get_language() or "en").replace("-", MINUS)


def _is_chinese() -> bool:
    return (translation.get_language() or "en").startswith("zh")
