"""A product's versions as a shopper reads them: what each costs, whether it is here, which picture shows it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.money import format_money
from core.tenancy import current_tenant
from storefront.catalog.selectors import ProductPage
from storefront.catalog.shown import shown
from storefront.catalog.units import find_unit_price

MANY_ENOUGH = 20
MOST_AT_ONCE = 99

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One version in words; `values` are its option's values as shown, `picture` counts from 0 or is None."""

    id: int
    values: tuple[str, ...]
    title: str
    price: str
    compare_at: str
    saving: str
    lowest: str
    unit_price: str
    stock: str
    is_here: bool
    maximum: int
    picture: int | None
    row: Row

    def as_json(self) -> Row:
        """Return what the page's script needs to show this version in place."""
        told: Row = {
            "id": self.id,
            "values": self.values,
            "price": self.price,
            "stock": self.stock,
            "max": self.maximum,
        }
        more = {"compareAt": self.compare_at, "saving": self.saving, "lowest": self.lowest, "unit": self.unit_price,
                "title": self.title, "here": self.is_here}  # fmt: skip
        told |= {name: value for name, value in more.items() if value}
        return told if self.picture is None else {**told, "picture": self.picture}


def describe_versions(page: ProductPage) -> list[Version]:
    """Return the versions in the merchant's order, in the language of the request."""
    currency = shown().currency
    language = translation.get_language() or "en"
    is_translated = language != current_tenant().language
    places = {image["id"]: place for place, image in enumerate(page.images)}

    def money(amount: int | None) -> str:
        return format_money(amount, currency, language) if amount is not None else ""

    return [_describe(row, page, money, language if is_translated else "", places) for row in page.variants]


def _describe(row: Row, page: ProductPage, money: Any, language: str, places: dict[int, int]) -> Version:
    price, compare_at = row["price_amount"], row["compare_at_amount"]
    is_reduced = compare_at is not None and compare_at > price
    percent = round(100 * (compare_at - price) / compare_at) if is_reduced else 0
    said = row["translations"].get(language, {}).get("option_values") if language else None
    values = tuple(str(value) for value in (said or row["option_values"]))
    lowest = page.lowest.get(row["id"]) if is_reduced and current_tenant().shows_lowest_price else None
    return Version(
        id=row["id"],
        values=values,
        title=" / ".join(values) if said else row["title"],
        price=money(price),
        compare_at=money(compare_at) if is_reduced else "",
        saving=_("%(percent)s%% off") % {"percent": percent} if percent else "",
        lowest=_("Lowest price in the 30 days before: %(price)s") % {"price": money(lowest)} if lowest else "",
        unit_price=_unit_price(row, money),
        stock=stock_sentence(row),
        is_here=is_buyable(row),
        maximum=_maximum(row),
        picture=places.get(row["image_id"]),
        row=row,
    )


def is_buyable(row: Row) -> bool:
    """Tell whether a version can be bought now."""
    return not row["tracks_stock"] or row["sells_when_out"] or row["available_count"] > 0


def stock_sentence(row: Row) -> str:
    """Say in one sentence whether a version can be had now."""
    count = row["available_count"]
    if not is_buyable(row):
        return _("Sold out for now")
    if row["is_gift_card"]:
        return _("By e-mail, as soon as it is paid")
    if row["has_files"]:
        return _("To download as soon as it is paid")
    if not row["tracks_stock"] or count > MANY_ENOUGH:
        return _("In stock, ready to send")
    if count <= 0:
        return _("Made to order, sent as soon as it is ready")
    return ngettext("Only %(num)s left, ready to send", "In stock, %(num)s ready to send", count) % {"num": count}


def _unit_price(row: Row, money: Any) -> str:
    if not row["unit_amount"] or not row["base_amount"]:
        return ""
    base = Decimal(row["base_amount"])
    amount = find_unit_price(
        row["price_amount"],
        amount=Decimal(row["unit_amount"]),
        unit=row["unit"],
        base_amount=base,
        base_unit=row["base_unit"],
    )
    if amount is None:
        return ""
    measure = f"{base.normalize():f} {_unit(row['base_unit'])}" if base != 1 else _unit(row["base_unit"])
    return _("%(price)s per %(measure)s") % {"price": money(amount), "measure": measure}


def _unit(code: str) -> str:
    return {"m2": "m²", "ft2": "ft²", "m3": "m³", "floz": "fl oz", "item": pgettext("unit", "piece")}.get(code, code)


def _maximum(row: Row) -> int:
    if row["tracks_stock"] and not row["sells_when_out"]:
        return max(1, min(MOST_AT_ONCE, int(row["available_count"])))
    return MOST_AT_ONCE
