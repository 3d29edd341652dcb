"""What the engine gives back: lists in arrays, quality, the gate's decision, and where it all came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from recsys.engine.data import Floats, Ints
from recsys.engine.enums import Source, Tier
from recsys.engine.metrics import Quality
from recsys.engine.split import Protocol
from recsys.engine.topn import EMPTY

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Message:
    """Hold a sentence as a template for translation, `%(name)s` style, and its values."""

    template: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.values


@dataclass(frozen=True)
class Recommendation:
    """Hold one product of a customer's list; `because_id` is a product of theirs that led to it, or None."""

    product_id: int
    score: float
    source: Source
    because_id: int | None


@dataclass(frozen=True)
class Neighbor:
    """Hold one product of a product's list; `count` customers or orders hold both, 0 means likeness of text."""

    product_id: int
    score: float
    count: int


@dataclass(frozen=True)
class CustomerTable:
    """Hold one slot of all customers; rows follow `customer_ids` (ascending), unused places at the end hold -1.

    `product_ids`, `scores`, `sources` and `because_ids` have the shape (customers, list length).
    """

    customer_ids: Ints
    product_ids: Ints
    scores: Floats
    sources: Ints
    because_ids: Ints

    def for_customer(self, customer_id: int) -> list[Recommendation]:
        """Return the ranked list of one customer, empty for an unknown one."""
        row = int(np.searchsorted(self.customer_ids, customer_id))
        if row == len(self.customer_ids) or self.customer_ids[row] != customer_id:
            return []
        return self._row(row)

    def __iter__(self) -> Iterator[tuple[int, list[Recommendation]]]:
        for row, customer_id in enumerate(self.customer_ids.tolist()):
            yield customer_id, self._row(row)

    def _row(self, row: int) -> list[Recommendation]:
        columns = zip(
            self.product_ids[row].tolist(),
            self.scores[row].tolist(),
            self.sources[row].tolist(),
            self.because_ids[row].tolist(),
            strict=True,
        )
        return [
            Recommendation(product_id, score, Source(source), None if because == EMPTY else because)
            for product_id, score, source, because in columns
            if product_id != EMPTY
        ]


@dataclass(frozen=True)
class ProductTable:
    """Hold one kind of list of all products; rows follow `product_ids` (ascending), unused places hold -1."""

    product_ids: Ints
    neighbor_ids: Ints
    scores: Floats
    counts: Ints

    def for_product(self, product_id: int) -> list[Neighbor]:
        """Return the ranked list of one product, empty for an unknown one."""
        row = int(np.searchsorted(self.product_ids, product_id))
        if row == len(self.product_ids) or self.product_ids[row] != product_id:
            return []
        return self._row(row)

    def __iter__(self) -> Iterator[tuple[int, list[Neighbor]]]:
        for row, product_id in enumerate(self.product_ids.tolist()):
            yield product_id, self._row(row)

    def _row(self, row: int) -> list[Neighbor]:
        columns = zip(
            self.neighbor_ids[row].tolist(), self.scores[row].tolist(), self.counts[row].tolist(), strict=True
        )
        return [Neighbor(product_id, score, count) for product_id, score, count in columns if product_id != EMPTY]


@dataclass(frozen=True)
class TrendingList:
    """Hold the best-sellers of a window (`all`, `3d`, `7d`, `30d`: the half-life); scores are decayed orders."""

    window: str
    product_ids: Ints
    scores: Floats


@dataclass(frozen=True)
class MethodReport:
    """Hold one method's quality when it ranks all products, and when it ranks only those new to the customer."""

    name: str
    label: Message
    all_items: Quality
    new_items: Quality


@dataclass(frozen=True)
class Evaluation:
    """Hold how well each method foresaw the next baskets of returning customers.

    `cut` and `validation_cut` are seconds since 1970. `weights_all` and `weights_new` were chosen on the validation
    customers alone (`tuned`), or are the defaults when there were too few. `champion_lower_bound` is the relative lower
    95 % bound of the challenger's NDCG@10 (new items) minus the champion's, None without a champion.
    """

    protocol: Protocol
    cut: int
    validation_cut: int
    n_test_customers: int
    n_validation_customers: int
    tuned: bool
    methods: tuple[MethodReport, ...]
    weights_all: Weights
    weights_new: Weights
    best_popularity: str
    ratio_new: float
    ratio_all: float
    champion_lower_bound: float | None = None
    champion_coverage: float | None = None

    def method(self, name: str) -> MethodReport:
        """Return a method's report.

        Raises: KeyError for an unknown name.
        """
        for report in self.methods:
            if report.name == name:
                return report
        raise KeyError(name)


@dataclass(frozen=True)
class GateDecision:
    """Hold whether the model may be shown, in one sentence, and what spoke for or against it."""

    promoted: bool
    headline: Message
    reasons: tuple[Message, ...]


@dataclass(frozen=True)
class ModelParameters:
    """Hold what is needed to score the same model again as the champion of a later training."""

    tier: Tier
    algorithms: tuple[str, ...]
    weights_all: Weights
    weights_new: Weights
    settings: Mapping[str, float | int | str | None]
    seed: int


@dataclass(frozen=True)
class Counts:
    """Hold the size of the data; repeat customers have two orders or more, pairs are a customer and a product each."""

    n_customers: int
    n_repeat_customers: int
    n_products: int
    n_available_products: int
    n_orders: int
    n_order_lines: int
    n_pairs: int
    n_dropped: int


@dataclass(frozen=True)
class TrainedLists:
    """Hold everything one training made, ready to be stored.

    `tier` is what the data allows; lists come from the blend only if `decision.promoted`, else from best-sellers,
    repeats and text. `anchor` is the second to which ages count: the last purchase, or `now` in a store without one.
    """

    tier: Tier
    decision: GateDecision
    for_you: CustomerTable
    buy_again: CustomerTable
    similar: ProductTable
    bought_together: ProductTable
    trending: Mapping[str, TrendingList]
    evaluation: Evaluation | None
    parameters: ModelParameters
    counts: Counts
    next_tier: Message | None
    anchor: int
    data_hash: str
    versions: Mapping[str, str]
    seconds: Mapping[str, float]


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation by the caller; the engine itself speaks no language."""
    return text
