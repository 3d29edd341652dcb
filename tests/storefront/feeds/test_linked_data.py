"""What we say in schema.org's words is checked against what Google asks of each type, and cannot leave its script element."""

import json
from typing import Any

import pytest
from django.utils import translation

from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.product_view import build_product_view
from storefront.catalog.selectors import get_product_page
from storefront.feeds.linked_data import (
    describe_article,
    describe_list,
    describe_product,
    describe_store,
    describe_trail,
    script_text,
)
from storefront.shipping.home import HomeDelivery
from tests.storefront.catalog.making import make_product

pytestmark = pytest.mark.usefixtures("in_acme")

# Type: what it must have, and what it may have besides (schema.org; Google's product, breadcrumb and organization pages).
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "Product": (
        {"name", "offers"},
        {
            *("description", "url", "image", "brand", "sku", "gtin8", "gtin12", "gtin13", "gtin14", "aggregateRating"),
            *("color", "size", "material", "pattern", "additionalProperty", "subjectOf"),
        },
    ),
    "ProductGroup": (
        {"name", "productGroupID", "variesBy", "hasVariant"},
        {"description", "url", "image", "brand", "aggregateRating", "subjectOf"},
    ),
    "Offer": (
        {"price", "priceCurrency", "availability", "url", "itemCondition"},
        {"seller", "shippingDetails", "priceSpecification"},
    ),
    "UnitPriceSpecification": ({"price", "priceCurrency"}, {"priceType"}),
    "OfferShippingDetails": ({"shippingRate", "shippingDestination"}, {"deliveryTime"}),
    "ShippingDeliveryTime": ({"transitTime"}, {"handlingTime"}),
    "QuantitativeValue": ({"minValue", "maxValue", "unitCode"}, set()),
    "MonetaryAmount": ({"value", "currency"}, set()),
    "DefinedRegion": ({"addressCountry"}, set()),
    "AggregateRating": ({"ratingValue", "reviewCount"}, {"bestRating", "worstRating"}),
    "Brand": ({"name"}, set()),
    "Organization": ({"name"}, set()),
    "PropertyValue": ({"name", "value"}, set()),
    "3DModel": ({"encoding"}, set()),
    "MediaObject": ({"contentUrl", "encodingFormat"}, set()),
    "BreadcrumbList": ({"itemListElement"}, set()),
    "ItemList": ({"numberOfItems", "itemListElement"}, set()),
    "ListItem": ({"position"}, {"name", "item", "url"}),
    "CollectionPage": ({"name", "url", "mainEntity"}, {"inLanguage"}),
    "OnlineStore": ({"name"}, {"@id", "url", "email", "address", "logo"}),
    "PostalAddress": ({"addressCountry"}, set()),
    "BlogPosting": ({"headline", "datePublished", "author"}, {"url", "dateModified", "publisher", "image"}),
    "Person": ({"name"}, set()),
}


def find_faults(data: Any, at: str = "") -> list[str]:
    """Return what is missing or unknown, type by type."""
    if isinstance(data, list):
        return [fault for place, each in enumerate(data) for fault in find_faults(each, f"{at}[{place}]")]
    if not isinstance(data, dict) or "@type" not in data:
        return [] if not isinstance(data, dict) or set(data) == {"@id"} else [f"{at} has no type"]
    must, may = SHAPES[data["@type"]]
    said = set(data) - {"@type", "@context"}
    faults = [f"{at} lacks {name}" for name in must - said] + [
        f"{at} does not know {name}" for name in said - must - may
    ]
    faults += [f"{at}.{name} is empty" for name, value in data.items() if value in ("", None, [], {})]
    return faults + [fault for name, value in data.items() for fault in find_faults(value, f"{at}.{name}")]


def two_colors() -> str:
    product = make_product("Mug", description_html="<p>Holds tea</p>", vendor="Acme")
    Product.objects.filter(pk=product.pk).update(
        option_names=["Color", "Print"],
        rating_sum=9,
        reviews_count=2,
        translations={"zh-hans": {"title": "杯子", "option_names": ["颜色", "印花"]}},
    )
    ProductVariant.objects.filter(product=product).update(
        option_values=["Blue", "Fox"], title="Blue / Fox", compare_at_amount=2400, barcode="4006381333931", sku="M-1"
    )
    ProductVariant.objects.create(
        product=product, position=2, option_values=["Red", "Owl"], title="Red / Owl", price_amount=1800, barcode="123"
    )
    ProductImage.objects.create(product=product, path="products/a-800.webp", width=8, height=8)
    return product.handle


def describe(handle: str) -> dict[str, Any]:
    page = get_product_page(handle)
    return describe_product(build_product_view(page), HomeDelivery(page.store["delivery"]))


def test_a_product_in_versions_is_a_group_that_says_by_what_they_differ() -> None:
    said = describe(two_colors())
    assert find_faults(said) == []
    assert said["variesBy"] == ["https://schema.org/color"]
    blue, red = said["hasVariant"]
    assert (blue["color"], blue["gtin13"], blue["sku"]) == ("Blue", "4006381333931", "M-1")
    assert blue["additionalProperty"] == [{"@type": "PropertyValue", "name": "Print", "value": "Fox"}]
    assert not any(name.startswith("gtin") for name in red)
    assert (blue["offers"]["price"], blue["offers"]["priceCurrency"]) == ("18.00", "USD")
    assert [blue["offers"]["availability"], red["offers"]["availability"]] == [
        "https://schema.org/InStock",
        "https://schema.org/OutOfStock",
    ]
    assert said["aggregateRating"]["ratingValue"] == 4.5
    assert blue["offers"]["shippingDetails"]["shippingDestination"]["addressCountry"] == "US"


def test_it_is_said_in_the_language_of_the_page() -> None:
    handle = two_colors()
    with translation.override("zh-hans"):
        said = describe(handle)
    assert said["name"] == "杯子"
    assert said["variesBy"] == ["https://schema.org/color"]


def test_a_single_product_without_reviews_says_nothing_of_ratings() -> None:
    said = describe(make_product("Mug").handle)
    assert said["@type"] == "Product"
    assert "aggregateRating" not in said
    assert find_faults(said) == []


@pytest.mark.parametrize(
    "said",
    [
        lambda: describe_trail([{"label": "Home", "url": "/"}], "Mugs", "/collections/mugs/"),
        lambda: describe_list("Mugs", "/collections/mugs/", ["/products/a/", "/products/b/"]),
        lambda: describe_store("https://acme.localhost/logo.png"),
        lambda: describe_article(
            "News", "/blog/news/", published_at="2026-11-22T08:00:00Z", changed_at="2026-11-22T09:00:00Z", author="Kim"
        ),
    ],
)
def test_other_pages_say_what_they_are(said: Any) -> None:
    assert find_faults(said()) == []


def test_no_text_ends_the_script_element() -> None:
    product = make_product("</script><script>alert(1)</script><!-- \u2028", description_html="<p>]]&gt; ' \"</p>")
    text = script_text(describe(product.handle))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["@graph"][0]["name"] == product.title
