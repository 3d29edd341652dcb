"""What a product's page says of its versions: which is chosen, which are gone, what each costs."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_money, to_decimal
from core.tenancy import current_tenant
from storefront.catalog.jinja import picture
from storefront.catalog.models import ProductVariant
from storefront.catalog.selectors import ProductPage

MANY_ENOUGH = 20
MOST_AT_ONCE = 99
# What could end a script element or a JSON string when it stands in HTML.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an option; `url` shows the page with it chosen, `variant_id` goes into the cart (last option only)."""

    label: str
    variant_id: int
    url: str
    is_chosen: bool
    is_gone: bool
    price: str
    compare_at: str
    stock: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option such as Color. Only the last one is made of radio buttons; the others are links that load the page."""

    name: str
    chosen: str
    choices: list[Choice]
    is_last: bool


@dataclass(frozen=True, slots=True)
class ProductView:
    page: ProductPage
    chosen: ProductVariant
    options: list[Option]
    price: str
    compare_at: str
    saving: str
    stock: str
    pictures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_here(self) -> bool:
        return self.chosen.is_buyable

    @property
    def price_number(self) -> str:
        return str(to_decimal(self.chosen.price_amount, current_tenant().currency))

    @property
    def maximum(self) -> int:
        if self.chosen.tracks_stock and not self.chosen.sells_when_out:
            return max(1, min(MOST_AT_ONCE, self.chosen.available_count))
        return MOST_AT_ONCE

    def linked_data(self, address: str, seller: str, base_url: str) -> SafeString:
        """Return the page's schema.org/Product as JSON that may stand inside a script element."""
        product, currency = self.page.product, current_tenant().currency
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": product.title,
            "url": address,
            "description": " ".join(strip_tags(product.description_html).split())[:5000],
            "image": [f"{base_url}{one['src']}" for one in self.pictures],
            "offers": [
                {
                    "@type": "Offer",
                    "url": f"{address}?variant={variant.pk}" if len(self.page.variants) > 1 else address,
                    "price": str(to_decimal(variant.price_amount, currency)),
                    "priceCurrency": currency,
                    "availability": f"https://schema.org/{'InStock' if variant.is_buyable else 'OutOfStock'}",
                    "seller": {"@type": "Organization", "name": seller},
                    **({"sku": variant.sku} if variant.sku else {}),
                }
                for variant in self.page.variants
            ],
        }
        if product.vendor:
            data["brand"] = {"@type": "Brand", "name": product.vendor}
        text = json.dumps(data, ensure_ascii=False)
        return mark_safe("".join(_ESCAPES.get(letter, letter) for letter in text))  # noqa: S308


def build_product_view(page: ProductPage, *, variant_id: int | None = None) -> ProductView:
    """Choose a version (the one asked for, else the first that can be bought) and describe the others from there."""
    chosen = next((one for one in page.variants if one.pk == variant_id), None)
    if chosen is None:
        chosen = next((one for one in page.variants if one.is_buyable), page.variants[0])
    saving = ""
    if chosen.compare_at_amount and chosen.compare_at_amount > chosen.price_amount:
        percent = round(100 * (chosen.compare_at_amount - chosen.price_amount) / chosen.compare_at_amount)
        saving = _("%(percent)s%% off") % {"percent": percent} if percent else ""
    rows = [{"path": one.path, "width": one.width, "height": one.height, "alt": one.alt} for one in page.images]
    return ProductView(
        page=page,
        chosen=chosen,
        options=_options(page, chosen),
        price=_money(chosen.price_amount),
        compare_at=_compare_at(chosen),
        saving=saving,
        stock=stock_sentence(chosen),
        pictures=[shown for row in rows if (shown := picture(row)) is not None],
    )


def stock_sentence(variant: ProductVariant) -> str:
    """Say in one sentence whether a version can be had now."""
    if not variant.is_buyable:
        return _("Sold out for now")
    if not variant.tracks_stock or variant.available_count <= 0:
        return _("Made to order, sent as soon as it is ready") if variant.tracks_stock else _("In stock, ready to send")
    if variant.available_count > MANY_ENOUGH:
        return _("In stock, ready to send")
    return ngettext("Only %(num)s left, ready to send", "In stock, %(num)s ready to send", variant.available_count) % {
        "num": variant.available_count
    }


def _options(page: ProductPage, chosen: ProductVariant) -> list[Option]:
    names = page.product.option_names or ([_("Version")] if len(page.variants) > 1 else [])
    last = len(names) - 1
    return [
        Option(
            name=name,
            chosen=_value(chosen, index),
            choices=_choices(page.variants, chosen, index),
            is_last=index == last,
        )
        for index, name in enumerate(names)
    ]


def _choices(variants: list[ProductVariant], chosen: ProductVariant, index: int) -> list[Choice]:
    """Return the values of one option; choosing one keeps the options before it and gives way in those after."""
    before = [_value(chosen, earlier) for earlier in range(index)]
    fitting = [one for one in variants if [_value(one, earlier) for earlier in range(index)] == before]
    choices = []
    for value in dict.fromkeys(_value(one, index) for one in fitting):
        group = [one for one in fitting if _value(one, index) == value]
        best = max(
            group,
            key=lambda one: (
                one.pk == chosen.pk,
                one.is_buyable,
                one.option_values[index + 1 :] == chosen.option_values[index + 1 :],
            ),
        )
        choices.append(
            Choice(
                label=value,
                variant_id=best.pk,
                url=f"?variant={best.pk}",
                is_chosen=value == _value(chosen, index),
                is_gone=not any(one.is_buyable for one in group),
                price=_money(best.price_amount),
                compare_at=_compare_at(best),
                stock=stock_sentence(best),
            )
        )
    return choices


def _value(variant: ProductVariant, index: int) -> str:
    return str(variant.option_values[index]) if index < len(variant.option_values) else variant.title


def _money(amount: int) -> str:
    return format_money(amount, current_tenant().currency, translation.get_language() or "en")


def _compare_at(variant: ProductVariant) -> str:
    amount = variant.compare_at_amount
    return _money(amount) if amount and amount > variant.price_amount else ""
