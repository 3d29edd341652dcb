"""What an import does to a few products, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import (
    Category,
    ChangeRow,
    ChangeSet,
    Collection,
    CustomField,
    PriceList,
    ProductImage,
    TaxClass,
)
from storefront.catalog.services.changes.snapshots import read_products
from storefront.transfer.columns import list_fields
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.results import shorten
from storefront.transfer.samples import Sample, Sampler, make_sample

Line = tuple[str, str, str]
Values = Mapping[str, Any]

_FIELDS = list_fields(ImportKind.PRODUCTS, FileFormat.SHOPIFY)
# The columns that are told of, and what a file calls them.
_PRODUCT = {
    "title": "title", "handle": "handle", "description_html": "description", "status": "status", "vendor": "vendor",
    "product_type": "type", "category_id": "category", "tags": "tags", "seo_title": "seo_title",
    "seo_description": "seo_description",
}  # fmt: skip
_VARIANT = {
    "price_amount": "price", "compare_at_amount": "compare_at", "cost_amount": "cost", "stock": "quantity", "sku": "sku",
    "barcode": "barcode", "tax_class_id": "tax_code", "weight_grams": "grams", "hs_code": "hs_code",
    "origin_country": "origin", "unit_amount": "unit_amount", "unit": "unit", "base_amount": "base_amount",
    "base_unit": "base_unit", "image_id": "variant_image", "requires_shipping": "requires_shipping",
    "is_taxable": "taxable", "tracks_stock": "tracker", "sells_when_out": "policy",
}  # fmt: skip
_AMOUNTS = ("price_amount", "compare_at_amount", "cost_amount")


class Differences:
    """Tells what became of the products of one batch; asks inside its transaction, before anything is taken back."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def tell(self, change_set: ChangeSet, product_ids: Sequence[int], sampler: Sampler) -> list[Sample]:
        """Return samples of what is new and of what changed."""
        rows = ChangeRow.objects.filter(change_set=change_set, product_id__in=product_ids).order_by("product_id")
        made = dict.fromkeys(rows.filter(before__isnull=True).values_list("product_id", flat=True))
        new = sampler.pick(list(made), is_new=True)
        changed = sampler.pick([pk for pk in product_ids if pk not in made], is_new=False)
        are = read_products([*new, *changed])
        samples = [make_sample(are[pk]["product"]["title"], self._first_lines(are[pk]), is_new=True) for pk in new]
        for row in rows.filter(product_id__in=changed):
            lines = list(self._lines(row.before or {}, row.after or {}, are[row.product_id]))
            samples.append(make_sample(are[row.product_id]["product"]["title"], lines))
        return samples

    def _first_lines(self, after: Values) -> list[Line]:
        variants = list(after["variants"].values())
        prices = sorted(one["price_amount"] for one in variants)
        lines = [(_label("status"), "", self._spell("status", after["product"]["status"]))]
        if prices:
            cheapest, dearest = (self._spell("price_amount", price) for price in (prices[0], prices[-1]))
            lines.append((_label("price"), "", cheapest if cheapest == dearest else f"{cheapest} – {dearest}"))
        if len(variants) > 1:
            lines.append((_("Versions"), "", str(len(variants))))
        return lines

    def _lines(self, old: Values, new: Values, after: Values) -> Iterable[Line]:
        yield from self._product_lines(old.get("product", {}), new.get("product", {}))
        for pk in sorted(new.get("variants", {}), key=int):
            was, is_now = old["variants"][pk], new["variants"][pk]
            title = after["variants"][pk]["title"] if pk in after["variants"] else ""
            if was is None:
                price = self._spell("price_amount", is_now["price_amount"])
                yield (_("New version: %(name)s") % {"name": title}, "", price)
            elif is_now is not None:
                yield from self._variant_lines(was, is_now, f" · {title}" if title else "")
        if "collections" in new and set(old["collections"]) != set(new["collections"]):
            titles = dict(Collection.objects.values_list("pk", "title"))
            was, is_now = (
                ", ".join(titles.get(int(pk), "") for pk in sorted(one["collections"])) for one in (old, new)
            )
            yield (_("Collections"), was, is_now)
        yield from _image_lines(old.get("images", {}), new.get("images", {}))

    def _product_lines(self, old: Values, new: Values) -> Iterable[Line]:
        for name, column in _PRODUCT.items():
            if name in new:
                yield (_label(column), self._spell(name, old[name]), self._spell(name, new[name]))
        if "custom_fields" in new:
            yield from _answer_lines("product", old["custom_fields"], new["custom_fields"])
        if "translations" in new:
            yield from _text_lines(old["translations"], new["translations"])

    def _variant_lines(self, old: Values, new: Values, where: str) -> Iterable[Line]:
        for name, column in _VARIANT.items():
            if name in new:
                yield (_label(column) + where, self._spell(name, old[name]), self._spell(name, new[name]))
        if "list_prices" in new:
            currencies = dict(PriceList.objects.values_list("pk", "currency"))
            for pk in sorted(old["list_prices"].keys() | new["list_prices"].keys(), key=int):
                code = currencies.get(int(pk), self._currency)
                was, is_now = (
                    _money(one["list_prices"][pk][0], code) if pk in one["list_prices"] else "" for one in (old, new)
                )
                if was != is_now:
                    yield (f"{_label('price')} / {code}{where}", was, is_now)
        if "custom_fields" in new:
            yield from _answer_lines("variant", old["custom_fields"], new["custom_fields"], where)
        if "translations" in new:
            yield from _text_lines(old["translations"], new["translations"], where)

    def _spell(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in _AMOUNTS:
            return _money(value, self._currency)
        if name in _SPELLED:
            return shorten(_SPELLED[name](value))
        return shorten(_plain(value))


def _label(column: str) -> str:
    return str(_FIELDS[column].label)


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("custom field", "Yes") if value else pgettext("custom field", "No")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _answer_lines(owner: str, old: Values, new: Values, where: str = "") -> Iterable[Line]:
    keys = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    names = dict(CustomField.objects.filter(owner=owner, key__in=keys).values_list("key", "name"))
    for key in keys:
        was, is_now = (shorten(_plain(one[key])) if key in one else "" for one in (old, new))
        yield (names.get(key, key) + where, was, is_now)


def _text_lines(old: Values, new: Values, where: str = "") -> Iterable[Line]:
    for language in sorted(old.keys() | new.keys()):
        said, says = old.get(language, {}), new.get(language, {})
        for name in sorted(said.keys() | says.keys()):
            if said.get(name) != says.get(name):
                label = _label(_PRODUCT[name]) if name in _PRODUCT else _("Options")
                was, is_now = (shorten(strip_tags(_plain(one.get(name, "")))) for one in (said, says))
                yield (f"{label} [{language}]{where}", was, is_now)


def _image_lines(old: Values, new: Values) -> Iterable[Line]:
    fresh = sum(row is None for row in old.values())
    if fresh:
        yield (_("Pictures"), "", ngettext("%(n)s more", "%(n)s more", fresh) % {"n": fresh})
    for pk in sorted(new, key=int):
        if old[pk] is not None and new[pk] is not None and "alt" in new[pk]:
            yield (_label("image_alt"), shorten(old[pk]["alt"]), shorten(new[pk]["alt"]))


def _category(pk: int) -> str:
    return str(Category.objects.filter(pk=pk).values_list("title", flat=True).first() or "")


def _tax_class(pk: int) -> str:
    return str(TaxClass.objects.filter(pk=pk).values_list("code", flat=True).first() or "")


def _picture(pk: int) -> str:
    return str(ProductImage.objects.filter(pk=pk).values_list("source_url", flat=True).first() or pk)


_SPELLED: dict[str, Callable[[Any], str]] = {
    "status": lambda value: str(ProductStatus(value).label),
    "description_html": strip_tags,
    "category_id": _category,
    "tax_class_id": _tax_class,
    "image_id": _picture,
}
