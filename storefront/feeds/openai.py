"""The product file that ChatGPT's search reads: one JSON object a line, one line a variant.

Source: developers.openai.com/commerce/specs/file-upload/products, stable version. Buying happens in our own checkout, so
`is_eligible_checkout` is always false.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from storefront.feeds.items import Item, decimal_text

TITLE_LENGTH = 150


def write_openai(items: Iterable[Item], *, seller: str, seller_url: str, country: str) -> Iterator[str]:
    """Yield the lines; what cannot be listed is left out."""
    for item in items:
        if item.gap is None:
            yield json.dumps(_facts(item, seller, seller_url, country), ensure_ascii=False) + "\n"


def _facts(item: Item, seller: str, seller_url: str, country: str) -> dict[str, Any]:
    is_reduced = item.compare_at_amount is not None and item.compare_at_amount > item.price_amount
    facts: dict[str, Any] = {
        "is_eligible_search": True,
        "is_eligible_checkout": False,
        "item_id": item.id,
        "title": item.title[:TITLE_LENGTH],
        "description": item.description,
        "url": item.url,
        "brand": item.brand or seller,
        "seller_name": seller,
        "seller_url": seller_url,
        "image_url": item.image_url,
        "additional_image_urls": item.more_image_urls,
        "availability": str(item.availability),
        "price": decimal_text(item.compare_at_amount or 0 if is_reduced else item.price_amount, item.currency),
        "sale_price": decimal_text(item.price_amount, item.currency) if is_reduced else "",
        "condition": "new",
        "product_category": item.category,
        "gtin": item.gtin,
        "mpn": item.sku,
        "group_id": item.group_id or item.id,
        "listing_has_variations": bool(item.group_id),
        "item_group_title": item.product_title if item.group_id else "",
        "variant_dict": item.options,
        "weight": f"{item.weight_grams} g" if item.weight_grams else "",
        "model_3d_url": item.model_url,
        "store_country": country,
        "target_countries": [country],
        "star_rating": f"{item.rating_sum / item.reviews_count:.2f}" if item.reviews_count else "",
        "review_count": item.reviews_count or None,
    }
    return {key: value for key, value in facts.items() if value not in ("", None, [], {})}
