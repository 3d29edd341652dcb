"""A model is shown only when every rule of the gate holds."""

import dataclasses

import numpy as np
import pytest

from recsys.engine.enums import Tier
from recsys.engine.gate import GateRules, count_faults, decide
from recsys.engine.metrics import Quality
from recsys.engine.results import Evaluation, Message, MethodReport
from recsys.engine.split import Protocol

from .stores import catalog_of


def report(name, coverage):
    quality = Quality(0.5, 0.1, 0.2, coverage, 200)
    return MethodReport(name, Message(name), quality, quality)


GOOD = Evaluation(
    protocol=Protocol.GLOBAL_CUT,
    cut=0,
    validation_cut=0,
    n_test_customers=200,
    n_validation_customers=200,
    tuned=True,
    methods=(report("blend", 0.4), report("pop7", 0.02)),
    weights_all={},
    weights_new={},
    best_popularity="pop7",
    ratio_new=1.409,
    ratio_all=1.02,
)


def decided(tier=Tier.FULL, evaluation=GOOD, **changes):
    changed = dataclasses.replace(evaluation, **changes) if evaluation else None
    return decide(tier, changed, n_orders=20, min_orders=50, rules=GateRules())


def test_a_better_model_is_promoted_and_says_by_how_much_without_rounding_up():
    decision = decided()
    assert decision.promoted
    assert str(decision.headline) == "Better than showing best-sellers: 1.40 times."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ratio_new": 1.049}, "New products: 1.04 times recent best-sellers (at least 1.05)."),
        ({"ratio_all": 0.999}, "All products: 0.99 times what the customer bought most (at least 1.00)."),
        (
            {"methods": (report("blend", 0.19), report("pop7", 0.02))},
            "19% of the products are recommended to someone (best-sellers: 2.0%).",
        ),
        ({"champion_lower_bound": -0.02}, "Worse than the model in use: it could lose 2.0%."),
        ({"champion_coverage": 0.6}, "Recommends fewer products than the model in use."),
    ],
)
def test_one_broken_rule_keeps_best_sellers_and_is_named_first(changes, reason):
    decision = decided(**changes)
    assert not decision.promoted
    assert str(decision.headline) == "Showing best-sellers, because the model does not beat them yet."
    assert str(decision.reasons[0]) == reason


def test_values_at_their_limits_pass():
    assert decided(ratio_new=1.05, ratio_all=1.0, champion_lower_bound=-0.009, champion_coverage=0.5).promoted


def test_a_quarter_of_the_catalog_is_enough_coverage_in_a_small_store():
    assert decided(methods=(report("blend", 0.25), report("pop7", 0.2))).promoted


def test_too_few_returning_customers_cannot_promote():
    decision = decided(n_test_customers=29)
    assert not decision.promoted
    assert "Customers who came back: 29, needed to test a model: 30." in str(decision.headline)
    assert not decided(Tier.SMALL, None).promoted


def test_too_few_orders_say_how_many_are_missing():
    assert "Orders still missing before a model can learn: 30." in str(decided(Tier.BEST_SELLERS, None).headline)


def test_faults_are_listed_products_that_are_unknown_or_unavailable():
    catalog = catalog_of(3, available=[True, False, True])
    assert count_faults(catalog, [np.array([[1, 3, -1]]), np.array([2, 9])]) == 2
