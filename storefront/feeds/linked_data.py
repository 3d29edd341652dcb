"""What a page is about, in the words of schema.org, as search engines read it.

Source: developers.google.com/search/docs/appearance/structured-data (product-variants, merchant-listing, breadcrumb, organization).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from stdnum import ean

from core.money import to_decimal
from core.reversing import page_path
from core.tenancy import current_tenant
from storefront.catalog.product_view import ProductView
from storefront.catalog.product_view.versions import Version
from storefront.catalog.selectors.product_page import Row
from storefront.catalog.shown import shown
from storefront.feeds.items import DESCRIPTION_LENGTH, OPTION_NAMES
from storefront.feeds.languages import html_language
from storefront.shipping.home import HomeDelivery
from tenants.selectors import store_url

# What could end a script element or a JSON string when it stands in HTML.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_GTIN = {8: "gtin8", 12: "gtin12", 13: "gtin13", 14: "gtin14"}
_SCHEMA = "https://schema.org"


def script_text(*things: dict[str, Any]) -> SafeString:
    """Return what a page is about as JSON that may stand inside a script element."""
    text = _JSON.encode({"@context": _SCHEMA, "@graph": things})
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308


def describe_product(view: ProductView, home: HomeDelivery) -> dict[str, Any]:
    """Return the Product of its page, or a ProductGroup with its variants where there are several."""
    page, tenant = view.page, current_tenant()
    product, root = page.product, store_url(tenant, "")
    address = f"{root}{page_path('product', product['handle'])}"
    pictures = {image["id"]: f"{root}{settings.MEDIA_URL}{image['path']}" for image in page.images}
    common: dict[str, Any] = {
        "name": view.title,
        "description": view.description_words[:DESCRIPTION_LENGTH] or view.title,
        "url": address,
        "image": list(pictures.values()),
    }
    if product["vendor"]:
        common["brand"] = {"@type": "Brand", "name": product["vendor"]}
    if product["reviews_count"]:
        common["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(product["rating_sum"] / product["reviews_count"], 2),
            "reviewCount": product["reviews_count"],
            "bestRating": 5,
            "worstRating": 1,
        }
    models = [f"{root}{settings.MEDIA_URL}{image['model_path']}" for image in page.images if image["model_path"]]
    if models:
        common["subjectOf"] = [_model(each) for each in models]
    facts = {name: value for name, value in common.items() if value}
    if len(view.versions) == 1:
        only = view.versions[0]
        return {"@type": "Product", **facts, **_identity(only.row), "offers": _offer(only, address, home)}
    names = [option.name for option in view.options]
    return {
        "@type": "ProductGroup",
        **facts,
        "productGroupID": f"p{product['id']}",
        "variesBy": [f"{_SCHEMA}/{known}" for name in names if (known := OPTION_NAMES.get(name.lower()))],
        "hasVariant": [_variant(view.title, one, names, pictures, address, home) for one in view.versions],
    }


def describe_trail(crumbs: Sequence[Mapping[str, str]], title: str, path: str) -> dict[str, Any]:
    """Return a BreadcrumbList of {label, url} from the first page on, and of the page itself."""
    root = store_url(current_tenant(), "")
    trail = [*((one["label"], one["url"]) for one in crumbs), (title, path)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": label, "item": f"{root}{url}"}
            for place, (label, url) in enumerate(trail, start=1)
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
    title: str, version: Version, names: list[str], pictures: dict[int, str], address: str, home: HomeDelivery
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "Product",
        "name": f"{title} – {version.title}",
        **_identity(version.row),
        "offers": _offer(version, f"{address}?variant={version.id}", home),
    }
    if version.row["image_id"] in pictures:
        facts["image"] = pictures[version.row["image_id"]]
    for name, value in zip(names, version.values, strict=False):
        known = OPTION_NAMES.get(name.lower())
        if known:
            facts[known] = value
        else:
            extra = {"@type": "PropertyValue", "name": name, "value": value}
            facts.setdefault("additionalProperty", []).append(extra)
    return facts


def _model(url: str) -> dict[str, Any]:
    encoding = {"@type": "MediaObject", "contentUrl": url, "encodingFormat": "model/gltf-binary"}
    return {"@type": "3DModel", "encoding": encoding}


def _identity(row: Row) -> dict[str, Any]:
    facts: dict[str, Any] = {"sku": row["sku"]} if row["sku"] else {}
    if len(row["barcode"]) in _GTIN and ean.is_valid(row["barcode"]):
        facts[_GTIN[len(row["barcode"])]] = row["barcode"]
    return facts


def _offer(version: Version, address: str, home: HomeDelivery) -> dict[str, Any]:
    row, currency = version.row, shown().currency
    amount, compare_at = row["price_amount"], row["compare_at_amount"]
    price = {"price": str(to_decimal(amount, currency)), "priceCurrency": currency}
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": address,
        **price,
        "availability": f"{_SCHEMA}/{_availability(row)}",
        "itemCondition": f"{_SCHEMA}/NewCondition",
        "seller": {"@type": "Organization", "name": current_tenant().name},
    }
    if compare_at is not None and compare_at > amount:
        former = {"price": str(to_decimal(compare_at, currency)), "priceCurrency": currency}
        offer["priceSpecification"] = [
            {"@type": "UnitPriceSpecification", **price},
            {"@type": "UnitPriceSpecification", "priceType": f"{_SCHEMA}/StrikethroughPrice", **former},
        ]
    if row["requires_shipping"]:
        offer.update(_shipping(home, amount, row["weight_grams"]))
    return offer


def _shipping(home: HomeDelivery, price_amount: int, weight_grams: int) -> dict[str, Any]:
    """Return how one piece is sent within the store's own country; nothing where it is not."""
    currency, first = shown().currency, home.rate(price_amount=price_amount, weight_grams=weight_grams)
    if first is None:
        return {}
    details = {
        "@type": "OfferShippingDetails",
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": str(to_decimal(first.amount, currency)),
            "currency": currency,
        },
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": home.country},
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "transitTime": {
                "@type": "QuantitativeValue",
                "minValue": first.days[0],
                "maxValue": first.days[1],
                "unitCode": "DAY",
            },
        },
    }
    return {"shippingDetails": details}


def _availability(row: Row) -> str:
    if not row["tracks_stock"] or row["available_count"] > 0:
        return "InStock"
    return "BackOrder" if row["sells_when_out"] else "OutOfStock"
