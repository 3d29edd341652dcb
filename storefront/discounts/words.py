"""What a discount is, in one sentence; and why a code gives nothing, in another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_interval
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.money import format_money
from storefront.discounts.enums import AppliesTo, Audience, DiscountKind
from storefront.discounts.selectors import CodeProblem, RefusedCode
from storefront.pricing.promotions import Refusal
from storefront.pricing.stacking import Refused

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Names:
    """How the goods that a discount is about are called, as far as they are named."""

    products: Mapping[int, str] = field(default_factory=dict)
    collections: Mapping[int, str] = field(default_factory=dict)


def describe(facts: Any, *, currency: str, names: Names) -> str:
    """Return a discount in one sentence: what, from when to when, how often, with what.

    `facts` is a `models.Promotion` or a `services.PromotionFacts`; amounts are minor units of `currency`.
    """
    written = _Writer(currency=currency, names=names)
    clauses = [
        written.value(facts),
        written.dates(facts.starts_at, facts.ends_at),
        written.audience(facts),
        *written.limits(facts),
        written.company(facts),
    ]
    comma = pgettext("between clauses", ", ")
    sentence = comma.join(clause for clause in clauses if clause)
    return sentence[:1].upper() + sentence[1:] + pgettext("end of a sentence", ".")


def explain_code(refused: RefusedCode) -> str:
    """Return why a code gives nothing, whatever lies in the cart, to its shopper."""
    day = _day(refused.moment) if refused.moment else ""
    sentences = {
        CodeProblem.UNKNOWN: _("“%(code)s” is no code of this store. Look at how it is spelled."),
        CodeProblem.OFF: _("“%(code)s” is not valid at the moment."),
        CodeProblem.NOT_YET: _("“%(code)s” begins on %(day)s."),
        CodeProblem.OVER: _("“%(code)s” ended on %(day)s."),
        CodeProblem.USED_UP: _("“%(code)s” has been used up."),
        CodeProblem.USED_BY_YOU: _("You have used “%(code)s” already."),
        CodeProblem.NOT_FOR_YOU: _("“%(code)s” is for certain customers. Sign in if you are one of them."),
        CodeProblem.FIRST_ORDER_ONLY: _("“%(code)s” is for a first order."),
        CodeProblem.TWICE: _("“%(code)s” gives the same as another code of yours."),
        CodeProblem.TOO_MANY: _("A cart takes five codes. “%(code)s” was left out."),
    }
    return sentences[refused.problem] % {"code": refused.code, "day": day}


def explain_refused(refused: Refused, *, currency: str) -> str:
    """Return why a promotion takes nothing off this cart, to its shopper; amounts in minor units of `currency`."""
    name = refused.promotion.code or refused.promotion.title
    missing = refused.obstacle.missing
    reason = refused.obstacle.reason
    if reason is Refusal.MINIMUM_AMOUNT:
        amount = format_money(missing, currency, _language())
        return _("Add %(amount)s more for “%(name)s”.") % {"amount": amount, "name": name}
    if reason is Refusal.MINIMUM_QUANTITY:
        return ngettext(
            "Add %(count)s more item for “%(name)s”.", "Add %(count)s more items for “%(name)s”.", missing
        ) % {"count": missing, "name": name}
    if reason is Refusal.NOT_COMBINABLE:
        return _("“%(name)s” cannot be combined with “%(other)s”, which gives you more.") % {
            "name": name,
            "other": refused.instead_of,
        }
    sentences = {
        Refusal.NO_GOODS: _("“%(name)s” is for other goods than those in your cart."),
        Refusal.DELIVERY_TOO_DEAR: _("“%(name)s” is for a less expensive way of delivery."),
        Refusal.NOTHING_LEFT: _("There is nothing left that “%(name)s” could take off."),
    }
    return sentences[reason] % {"name": name}


class _Writer:
    def __init__(self, *, currency: str, names: Names) -> None:
        self._currency, self._names = currency, names

    def value(self, facts: Any) -> str:
        kind = facts.kind
        if kind == DiscountKind.FREE_DELIVERY:
            return self._with_minimum(facts, self._delivery(facts))
        if kind == DiscountKind.TIERS:
            return self._steps(facts)
        goods = self._goods(facts.applies_to, facts.product_ids, facts.collection_ids)
        if kind == DiscountKind.BUY_GET:
            return self._buy_get(facts, goods)
        off = self._money(facts.amount) if kind == DiscountKind.AMOUNT else percent(facts.points)
        if facts.is_each and kind == DiscountKind.AMOUNT:
            return self._with_minimum(facts, _("%(off)s off each of %(goods)s") % {"off": off, "goods": goods})
        if facts.applies_to != AppliesTo.ALL:
            return self._with_minimum(facts, _("%(off)s off %(goods)s") % {"off": off, "goods": goods})
        if facts.minimum_amount:
            return _("%(off)s off orders of %(amount)s or more") % {
                "off": off,
                "amount": self._money(facts.minimum_amount),
            }
        if facts.minimum_quantity > 1:
            return _("%(off)s off orders of %(count)s items or more") % {"off": off, "count": facts.minimum_quantity}
        return _("%(off)s off every order") % {"off": off}

    def dates(self, starts_at: datetime, ends_at: datetime | None) -> str:
        if ends_at is None:
            return _("from %(day)s") % {"day": _day(starts_at)}
        first, last = timezone.localtime(starts_at).date(), timezone.localtime(ends_at).date()
        if first == last:
            return _("on %(day)s") % {"day": _day(starts_at)}
        if first.year == last.year:
            return format_interval(first, last, skeleton="MMMd", locale=_locale())
        return _("%(first)s to %(last)s") % {"first": _day(starts_at), "last": _day(ends_at)}

    def audience(self, facts: Any) -> str:
        if facts.audience == Audience.FIRST_ORDER:
            return _("for a customer's first order")
        if facts.audience == Audience.CUSTOMERS:
            count = len(facts.customer_ids)
            return ngettext("for %(count)s named customer", "for %(count)s named customers", count) % {"count": count}
        return ""

    def limits(self, facts: Any) -> Iterator[str]:
        if facts.limit_per_customer == 1:
            yield _("once per customer")
        elif facts.limit_per_customer is not None:
            yield _("%(count)s times per customer") % {"count": facts.limit_per_customer}
        if facts.limit_count is not None:
            yield ngettext("%(count)s time in all", "%(count)s times in all", facts.limit_count) % {
                "count": facts.limit_count
            }

    def company(self, facts: Any) -> str:
        kinds = [
            (facts.combines_with_goods, pgettext("discounts", "on goods")),
            (facts.combines_with_order, pgettext("discounts", "on the order")),
            (facts.combines_with_delivery, pgettext("discounts", "on delivery")),
        ]
        chosen = [name for may, name in kinds if may]
        if not chosen:
            return _("cannot be combined")
        if len(chosen) == len(kinds):
            return _("can be combined with all other discounts")
        return _("can be combined with discounts %(kinds)s") % {"kinds": _(" and ").join(chosen)}

    def _delivery(self, facts: Any) -> str:
        if facts.most_delivery_amount is None:
            return _("free delivery")
        return _("free delivery where it costs up to %(amount)s") % {"amount": self._money(facts.most_delivery_amount)}

    def _with_minimum(self, facts: Any, text: str) -> str:
        if facts.minimum_amount:
            return _("%(what)s from %(amount)s on") % {"what": text, "amount": self._money(facts.minimum_amount)}
        if facts.minimum_quantity > 1:
            return _("%(what)s from %(count)s items on") % {"what": text, "count": facts.minimum_quantity}
        return text

    def _steps(self, facts: Any) -> str:
        goods = self._goods(facts.applies_to, facts.product_ids, facts.collection_ids)
        steps = [self._step(tier if isinstance(tier, dict) else _as_dict(tier), facts.repeats) for tier in facts.tiers]
        text = pgettext("between clauses", ", ").join(steps)
        if facts.applies_to == AppliesTo.ALL:
            return text
        return _("%(what)s on %(goods)s") % {"what": text, "goods": goods}

    def _step(self, tier: Mapping[str, int], repeats: bool) -> str:
        off = percent(tier["off_points"]) if tier["off_points"] else self._money(tier["off_amount"])
        start = self._money(tier["minimum_amount"]) if tier["minimum_amount"] else str(tier["minimum_quantity"])
        if tier["minimum_amount"]:
            text = _("%(off)s off for every %(start)s") if repeats else _("%(off)s off from %(start)s")
        else:
            text = _("%(off)s off for every %(start)s items") if repeats else _("%(off)s off from %(start)s items")
        return text % {"off": off, "start": start}

    def _buy_get(self, facts: Any, goods: str) -> str:
        given = self._goods(facts.get_applies_to, facts.get_product_ids, facts.get_collection_ids)
        words = {"buy": facts.buy_quantity, "goods": goods, "get": facts.get_quantity, "given": given}
        if facts.points == 10_000:
            text = _("buy %(buy)s of %(goods)s, get %(get)s of %(given)s free")
        else:
            text = _("buy %(buy)s of %(goods)s, get %(get)s of %(given)s at %(off)s off")
            words["off"] = percent(facts.points)
        return text % words

    def _goods(self, applies_to: str, product_ids: Any, collection_ids: Any) -> str:
        if applies_to == AppliesTo.ALL:
            return _("all products")
        is_products = applies_to == AppliesTo.PRODUCTS
        known = self._names.products if is_products else self._names.collections
        ids = list(product_ids if is_products else collection_ids)
        names = [_("“%(name)s”") % {"name": known[pk]} for pk in ids if pk in known]
        if not names or len(ids) > _MOST_NAMED:
            if is_products:
                return ngettext("%(n)s product", "%(n)s products", len(ids)) % {"n": len(ids)}
            return ngettext("%(n)s collection", "%(n)s collections", len(ids)) % {"n": len(ids)}
        return pgettext("between names", ", ").join(names)

    def _money(self, amount: int) -> str:
        return format_money(amount, self._currency, _language())


def percent(points: int) -> str:
    """Return basis points as percent: 1250 is "12.5%"."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _as_dict(tier: Any) -> dict[str, int]:
    return {name: getattr(tier, name) for name in ("minimum_amount", "minimum_quantity", "off_amount", "off_points")}


def _day(moment: datetime | None) -> str:
    return "" if moment is None else format_date(timezone.localtime(moment).date(), "long", locale=_locale())


def _language() -> str:
    return translation.get_language() or "en"


def _locale() -> str:
    return "zh_Hans_CN" if _language().startswith("zh") else "en_US"
