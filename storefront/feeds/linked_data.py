"""What a page is about, in the words of schema.org, as search engines read it.

Source: developers.google.com/search/docs/appearance/structured-data (product-variants, merchant-listing, breadcrumb, organization).
"""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from stdnum import ean

from core.money import to_decimal
from core.tenancy import current_tenant
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.translations import say
from storefront.feeds.items import OPTION_NAMES, plain_text
from storefront.feeds.languages import html_language
from storefront.shipping.selectors import Rate
from tenants.selectors import store_url

# What could end a script element or a JSON string when it stands in HTML.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_GTIN = {8: "gtin8", 12: "gtin12", 13: "gtin13", 14: "gtin14"}
_SCHEMA = "https://schema.org"


def script_text(data: dict[str, Any]) -> SafeString:
    """Return the facts as JSON that may stand inside a script element."""
    text = json.dumps({"@context": _SCHEMA, **data}, ensure_ascii=False)
    return mark_safe("".join(_ESCAPES.get(letter, letter) for letter in text))  # noqa: S308


def describe_product(
    product: Product, variants: Sequence[ProductVariant], images: Sequence[ProductImage], rates: Sequence[Rate] = ()
) -> dict[str, Any]:
    """Return a Product, or a ProductGroup with its variants where there are several.

    `rates` are those to the store's own country; without them nothing is said about delivery.
    """
    root = store_url(current_tenant(), "")
    address = f"{root}{reverse('product', args=[product.handle])}"
    pictures = {image.pk: f"{root}{settings.MEDIA_URL}{image.path}" for image in images}
    common: dict[str, Any] = {
        "name": say(product, "title"),
        "description": plain_text(say(product, "description_html")) or say(product, "title"),
        "url": address,
        "image": list(pictures.values()),
    }
    if product.vendor:
        common["brand"] = {"@type": "Brand", "name": product.vendor}
    if product.reviews_count:
        common["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(product.rating_sum / product.reviews_count, 2),
            "reviewCount": product.reviews_count,
            "bestRating": 5,
            "worstRating": 1,
        }
    models = [f"{root}{settings.MEDIA_URL}{image.model_path}" for image in images if image.model_path]
    if models:
        common["subjectOf"] = [
            {
                "@type": "3DModel",
                "encoding": {"@type": "MediaObject", "contentUrl": each, "encodingFormat": "model/gltf-binary"},
            }
            for each in models
        ]
    if len(variants) == 1:
        return {"@type": "Product", **common, **_identity(variants[0]), "offers": _offer(variants[0], address, rates)}
    names = [str(name) for name in say(product, "option_names")]
    return {
        "@type": "ProductGroup",
        **common,
        "productGroupID": f"p{product.pk}",
        "variesBy": [f"{_SCHEMA}/{known}" for name in names if (known := OPTION_NAMES.get(name.lower()))],
        "hasVariant": [_variant(product, variant, names, pictures, address, rates) for variant in variants],
    }


def describe_trail(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return a BreadcrumbList of (label, path) pairs from the first page on."""
    root = store_url(current_tenant(), "")
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": label, "item": f"{root}{path}"}
            for place, (label, path) in enumerate(trail, start=1)
        ],
    }


def describe_list(title: str, path: str, paths: Sequence[str]) -> dict[str, Any]:
    """Return a CollectionPage with the paths of the goods that it shows, in order."""
    root = store_url(current_tenant(), "")
    items = [
        {"@type": "ListItem", "position": place, "url": f"{root}{each}"} for place, each in enumerate(paths, start=1)
    ]
    return {
        "@type": "CollectionPage",
        "name": title,
        "url": f"{root}{path}",
        "inLanguage": html_language(get_language() or current_tenant().language),
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
    }


def describe_store(logo_url: str = "") -> dict[str, Any]:
    """Return the store itself, once, on its first page."""
    tenant = current_tenant()
    root = store_url(tenant, "/")
    facts = {
        "@type": "OnlineStore",
        "@id": f"{root}#store",
        "name": tenant.name,
        "url": root,
        "email": tenant.contact_email,
        "address": {"@type": "PostalAddress", "addressCountry": tenant.country},
    }
    return {**facts, "logo": logo_url} if logo_url else facts


def describe_article(
    title: str, path: str, *, published_at: str, changed_at: str, author: str, image_url: str = ""
) -> dict[str, Any]:
    """Return a BlogPosting; moments are RFC 3339."""
    tenant = current_tenant()
    facts: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": title[:110],
        "url": store_url(tenant, path),
        "datePublished": published_at,
        "dateModified": changed_at,
        "author": {"@type": "Person", "name": author} if author else {"@id": f"{store_url(tenant, '/')}#store"},
        "publisher": {"@type": "OnlineStore", "@id": f"{store_url(tenant, '/')}#store", "name": tenant.name},
    }
    return {**facts, "image": [image_url]} if image_url else facts


def _variant(
    product: Product,
    variant: ProductVariant,
    names: list[str],
    pictures: dict[int, str],
    address: str,
    rates: Sequence[Rate],
) -> dict[str, Any]:
    said = (variant.translations.get(get_language()) or {}).get("option_values") or variant.option_values
    values = [str(value) for value in said]
    facts: dict[str, Any] = {
        "@type": "Product",
        "name": f"{say(product, 'title')} – {' / '.join(values) or variant.title}",
        **_identity(variant),
        "offers": _offer(variant, f"{address}?variant={variant.pk}", rates),
    }
    if variant.image_id in pictures:
        facts["image"] = pictures[variant.image_id]
    for name, value in zip(names, values, strict=False):
        known = OPTION_NAMES.get(name.lower())
        if known:
            facts[known] = value
        else:
            extra = {"@type": "PropertyValue", "name": name, "value": value}
            facts.setdefault("additionalProperty", []).append(extra)
    return facts


def _identity(variant: ProductVariant) -> dict[str, Any]:
    facts: dict[str, Any] = {"sku": variant.sku} if variant.sku else {}
    if len(variant.barcode) in _GTIN and ean.is_valid(variant.barcode):
        facts[_GTIN[len(variant.barcode)]] = variant.barcode
    return facts


def _offer(variant: ProductVariant, address: str, rates: Sequence[Rate]) -> dict[str, Any]:
    tenant = current_tenant()
    price = {"price": str(to_decimal(variant.price_amount, tenant.currency)), "priceCurrency": tenant.currency}
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": address,
        **price,
        "availability": f"{_SCHEMA}/{_availability(variant)}",
        "itemCondition": f"{_SCHEMA}/NewCondition",
        "seller": {"@type": "Organization", "name": tenant.name},
    }
    if variant.compare_at_amount and variant.compare_at_amount > variant.price_amount:
        offer["priceSpecification"] = [
            {"@type": "UnitPriceSpecification", **price},
            {
                "@type": "UnitPriceSpecification",
                "priceType": f"{_SCHEMA}/StrikethroughPrice",
                "price": str(to_decimal(variant.compare_at_amount, tenant.currency)),
                "priceCurrency": tenant.currency,
            },
        ]
    if variant.requires_shipping and rates:
        offer["shippingDetails"] = [_shipping(rate, variant.price_amount) for rate in rates]
    return offer


def _shipping(rate: Rate, price_amount: int) -> dict[str, Any]:
    tenant = current_tenant()
    free = rate.free_over_amount is not None and price_amount >= rate.free_over_amount
    return {
        "@type": "OfferShippingDetails",
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": str(to_decimal(0 if free else rate.amount, tenant.currency)),
            "currency": tenant.currency,
        },
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": tenant.country},
    }


def _availability(variant: ProductVariant) -> str:
    if not variant.tracks_stock or variant.available_count > 0:
        return "InStock"
    return "BackOrder" if variant.sells_when_out else "OutOfStock"
