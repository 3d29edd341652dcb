"""The feed that Google Merchant Center reads, and many others with it.

Source: support.google.com/merchants/answer/7052112, RSS 2.0 with the namespace ``g``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from storefront.feeds.items import Item, decimal_text
from storefront.shipping.rates import Rate

NAMESPACE = "http://base.google.com/ns/1.0"
TITLE_LENGTH = 150
# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_google(
    items: Iterable[Item],
    *,
    title: str,
    url: str,
    country: str,
    list_rates: Callable[[Item], Iterable[Rate]],
    language: str,
) -> Iterator[str]:
    """Yield the feed piece by piece; what cannot be listed is left out. `list_rates` tells how one piece is sent."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g={quoteattr(NAMESPACE)}>\n<channel>\n'
    yield f"<title>{_text(title)}</title>\n<link>{escape(url)}</link>\n<language>{escape(language)}</language>\n"
    yield f"<description>{_text(title)}</description>\n"
    for item in items:
        if item.gap is None:
            facts = _facts(item, country, list_rates(item))
            yield "<item>" + "".join(_element(name, value) for name, value in facts) + "</item>\n"
    yield "</channel>\n</rss>\n"


def _facts(item: Item, country: str, rates: Iterable[Rate]) -> Iterator[tuple[str, str]]:
    yield "id", item.id
    yield "title", item.title[:TITLE_LENGTH]
    yield "description", item.description
    yield "link", item.url
    yield "image_link", item.image_url
    for url in item.more_image_urls:
        yield "additional_image_link", url
    yield "availability", item.availability
    is_reduced = item.compare_at_amount is not None and item.compare_at_amount > item.price_amount
    if is_reduced and item.compare_at_amount is not None:
        yield "price", decimal_text(item.compare_at_amount, item.currency)
        yield "sale_price", decimal_text(item.price_amount, item.currency)
    else:
        yield "price", decimal_text(item.price_amount, item.currency)
    yield "condition", "new"
    yield "brand", item.brand
    yield "gtin", item.gtin
    if not item.gtin and not item.brand:
        yield "identifier_exists", "no"
    yield "item_group_id", item.group_id
    yield from item.known.items()
    yield "product_type", item.category
    yield "google_product_category", str(item.google_category or "")
    yield "virtual_model_link", item.model_url
    yield "unit_pricing_measure", item.unit_measure
    yield "unit_pricing_base_measure", item.unit_base
    if item.weight_grams:
        yield "shipping_weight", f"{item.weight_grams} g"
    if item.requires_shipping:
        for rate in rates:
            price = decimal_text(rate.amount, item.currency)
            yield "shipping", f"{country}::{rate.name.replace(':', ' ')}:{price}"


def _element(name: str, value: str) -> str:
    if not value:
        return ""
    if name == "shipping":
        country, _region, service, price = value.split(":", 3)
        parts = (("country", country), ("service", service), ("price", price))
        return "<g:shipping>" + "".join(f"<g:{key}>{_text(text)}</g:{key}>" for key, text in parts) + "</g:shipping>"
    return f"<g:{name}>{_text(value)}</g:{name}>"


def _text(value: str) -> str:
    return escape(_UNWRITABLE.sub("", value))
