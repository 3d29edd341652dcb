"""Read ready-made lists: never a model, at most three queries for a row of cards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, JSONField, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recsys.engine.enums import Source
from recsys.serving.models import (
    ActiveModel,
    CustomerRecommendation,
    ProductRecommendation,
    TrainedModel,
    TrendingProducts,
)
from storefront.catalog.selectors import Card, active_products, list_cards_by_ids, to_cards

CANDIDATES = 60
SOURCES = {
    Source.MODEL: "model",
    Source.CONTENT: "content",
    Source.BEST_SELLER: "best_seller",
    Source.REPEAT: "repeat",
    Source.NEWEST: "newest",
}
SIMILAR, TOGETHER, FOR_YOU, BUY_AGAIN = "similar", "bought_together", "for_you", "buy_again"
TRENDING, NEWEST = ("7d", "30d"), "newest"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that may be shown, with what put it here; `count` buyers or orders, `because_id` another product."""

    product_id: int
    source: str
    count: int = 0
    because_id: int | None = None


def list_for_product(product_id: int, limit: int = 4, *, kind: str | None = None) -> list[Card]:
    """Return cards of what goes with a product, each with `reason` (in the reader's language) and `source`.

    What can be bought now only; too short a list is filled from best-sellers and then from the newest. `kind` is
    `similar` or `bought_together`, by default the first and then the second.
    """
    lists = _read(ProductRecommendation.objects.filter(product_id=product_id), F("kind"))
    kinds = (kind,) if kind else (SIMILAR, TOGETHER)
    own = [
        Candidate(candidate_id, name, count=count)
        for name in kinds
        for candidate_id, count in zip(*lists.get(name, ([], [])), strict=True)
    ]
    return _cards([*own, *_popular(lists)], limit=limit, without=product_id)


def list_for_customer(customer_id: int, limit: int = 4, *, slot: str = FOR_YOU) -> list[Card]:
    """Return cards for a customer, as `list_for_product` does; `slot` is `for_you` or `buy_again`."""
    lists = _read(CustomerRecommendation.objects.filter(customer_id=customer_id, slot=slot), F("slot"))
    own = [
        Candidate(product_id, SOURCES[Source(source)], because_id=because_id)
        for product_id, (source, because_id) in zip(*lists.get(slot, ([], [])), strict=True)
    ]
    if slot == BUY_AGAIN:
        return _cards(own, limit=limit, fill=False)
    return _cards([*own, *_popular(lists)], limit=limit)


def list_best_sellers(limit: int = 4) -> list[Card]:
    """Return cards of what sells now, the newest where nothing has sold."""
    return _cards(_popular(_read(None)), limit=limit)


def find_active_model() -> TrainedModel | None:
    """Return the training whose lists are in use, or None."""
    active = ActiveModel.objects.select_related("model").first()
    return None if active is None else active.model


def list_trainings(limit: int = 8) -> list[TrainedModel]:
    """Return the last trainings, newest first."""
    return list(TrainedModel.objects.order_by("-pk")[:limit])


Lists = dict[str, tuple[list[int], list[Any]]]


def _read(own: QuerySet[Any] | None, name: F | None = None) -> Lists:
    """Read the lists in use together with the best-sellers, in one query."""
    common = TrendingProducts.objects.annotate(list_name=F("slot"), why=Value([], JSONField()))
    rows: Iterable[tuple[str, list[int], list[Any]]] = common.values_list("list_name", "product_ids", "why")
    if own is not None:
        active = own.filter(model__activemodel__id=1).annotate(list_name=name, why=F("reasons"))
        rows = active.values_list("list_name", "product_ids", "why").union(rows, all=True)
    return {list_name: (ids, why) for list_name, ids, why in rows}


def _popular(lists: Lists) -> list[Candidate]:
    weekly, monthly = (lists.get(name, ([], []))[0] for name in TRENDING)
    newest = lists.get(NEWEST, ([], []))[0]
    best = [Candidate(product_id, "best_seller") for product_id in (weekly or monthly)]
    return [*best, *(Candidate(product_id, "newest") for product_id in newest)]


def _cards(candidates: Sequence[Candidate], *, limit: int, without: int | None = None, fill: bool = True) -> list[Card]:
    chosen: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.product_id != without and len(chosen) < CANDIDATES + limit:
            chosen.setdefault(candidate.product_id, candidate)
    reasons = {candidate.because_id for candidate in chosen.values() if candidate.because_id is not None}
    found = {card["id"]: card for card in list_cards_by_ids([*chosen, *reasons])} if chosen else {}
    titles = {product_id: str(card["title"]) for product_id, card in found.items()}
    cards = [_explain(found[i], candidate, titles) for i, candidate in chosen.items() if i in found][:limit]
    if fill and len(cards) < limit:
        shown = [*(card["id"] for card in cards), *([] if without is None else [without])]
        newest = active_products().filter(is_available=True).exclude(pk__in=shown).order_by("-published_at", "-id")
        rest = to_cards(newest[: limit - len(cards)])
        cards += [_explain(card, Candidate(card["id"], "newest"), {}) for card in rest]
    return cards


def _explain(card: Card, candidate: Candidate, titles: dict[int, str]) -> Card:
    return {**card, "reason": _reason(candidate, titles), "source": candidate.source}


def _reason(candidate: Candidate, titles: dict[int, str]) -> str:
    count, because = candidate.count, titles.get(candidate.because_id or 0)
    if candidate.source == TOGETHER and count:
        return ngettext("Bought together %(num)s time", "Bought together %(num)s times", count) % {"num": count}
    if candidate.source == SIMILAR and count:
        return ngettext("%(num)s person bought both", "%(num)s people bought both", count) % {"num": count}
    if candidate.source in (SIMILAR, TOGETHER):
        return _("Similar to this")
    if candidate.source in ("model", "content") and because:
        words = _("Goes with %(title)s") if candidate.source == "model" else _("Similar to %(title)s")
        return words % {"title": because}
    return {
        "model": _("Chosen by people with your taste"),
        "content": _("Similar to what you chose"),
        "best_seller": _("Best-seller"),
        "repeat": _("You bought this before"),
        "newest": _("New in the shop"),
    }[candidate.source]
