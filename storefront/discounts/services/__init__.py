"""Make discounts and codes, count who uses them."""

from storefront.discounts.services.codes import MOST_AT_ONCE, add_code, make_codes, remove_code
from storefront.discounts.services.saving import (
    PromotionFacts,
    TierFacts,
    as_promotion,
    delete_promotion,
    extend_promotions,
    save_promotion,
    switch_promotions,
)
from storefront.discounts.services.using import WantedUse, give_back_uses, take_uses, take_uses_again

__all__ = [
    "MOST_AT_ONCE",
    "PromotionFacts",
    "TierFacts",
    "WantedUse",
    "add_code",
    "as_promotion",
    "delete_promotion",
    "extend_promotions",
    "give_back_uses",
    "make_codes",
    "remove_code",
    "save_promotion",
    "switch_promotions",
    "take_uses",
    "take_uses_again",
]
