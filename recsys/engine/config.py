"""What can be set about a training, and how much data each tier asks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from recsys.engine.gate import GateRules


@dataclass(frozen=True)
class EngineConfig:
    """Hold the settings of a training; the defaults were measured on a gift shop of 4,334 customers."""

    list_length: int = 20
    min_orders: int = 50
    full_repeat_customers: int = 300
    full_pairs: int = 15_000
    ease_max_products: int = 5_000
    svd_factors: int = 64
    svd_epochs: int = 20
    svd_max_pairs: int = 300_000
    test_days: int = 28
    max_test_customers: int = 2_000
    max_validation_customers: int = 2_000
    gate: GateRules = field(default_factory=GateRules)
