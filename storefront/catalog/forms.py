"""What the merchant's product pages send, and the words it is refused with."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import InvalidInput
from core.money import minor_digits, parse_amount, to_decimal
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.pictures import FORMATS
from storefront.catalog.services import NewVariant, ProductDraft, VariantDraft
from storefront.catalog.services.products import check_price
from storefront.catalog.services.variants import MAXIMUM_STOCK

ACCEPTED = ",".join(f"image/{name.lower()}" for name in FORMATS)
_ONLY_PARAGRAPHS = re.compile(r"^(?:\s*<p>(?:[^<]|<br ?/?>)*</p>)*\s*$")


class MoneyField(forms.CharField):
    """An amount in the store's currency; cleans to minor units, or None where it is left empty."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text, self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error), code="amount") from error


class StockField(forms.IntegerField):
    """A whole number from 0."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            min_value=0,
            max_value=MAXIMUM_STOCK,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "invalid": _("Write a whole number, such as 12."),
                "min_value": _("Stock cannot be below 0."),
                "max_value": _("Stock is at most 1,000,000."),
            },
            **kwargs,
        )


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of files; cleans to a list. Whether they are pictures is found out when they are stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ManyFiles(attrs={"accept": ACCEPTED, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, (list, tuple)) else [data]
        return [cleaned for file in files if file and (cleaned := super(PicturesField, self).clean(file, initial))]


class NewProductForm(forms.Form):
    """The few things a product needs; all else has a default."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = forms.CharField(
            label=_("Title"), max_length=255, error_messages={"required": _("Give the product a title.")}
        )
        self.fields["price"] = MoneyField(
            currency=currency, label=_("Price"), error_messages={"required": _("Give the product a price.")}
        )
        self.fields["pictures"] = PicturesField(
            label=_("Pictures"),
            help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 20 MB each. The first one is the cover."),
        )
        self.fields["quantity"] = StockField(label=_("How many do you have?"), help_text=_("Empty means none for now."))
        self.fields["description"] = forms.CharField(
            label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 5})
        )
        self.fields["is_draft"] = forms.BooleanField(label=_("Keep it as a draft, nobody sees it yet"), required=False)

    def clean_price(self) -> int:
        return _checked_price(self.cleaned_data["price"], None)

    @property
    def status(self) -> str:
        return ProductStatus.DRAFT if self.cleaned_data["is_draft"] else ProductStatus.ACTIVE


class ProductForm(forms.Form):
    """Everything on a product's page, its versions and pictures included; field names carry their ids."""

    title = forms.CharField(
        label=_("Title"), max_length=255, error_messages={"required": _("Give the product a title.")}
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("An empty line begins a new paragraph. HTML works too."),
    )
    status = forms.ChoiceField(label=_("Status"), choices=ProductStatus.choices)
    vendor = forms.CharField(label=_("Maker"), required=False, max_length=120)
    product_type = forms.CharField(label=_("Kind"), required=False, max_length=120)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas."))
    seo_title = forms.CharField(label=_("Page title"), required=False, max_length=255)
    seo_description = forms.CharField(
        label=_("Description for search engines"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    handle = forms.CharField(label=_("Address"), max_length=100, help_text=_("Links to the old address stop working."))
    pictures = PicturesField(label=_("Add pictures"))
    new_names = forms.CharField(
        label=_("Options"), required=False, max_length=120, help_text=_("Such as Color, or Color / Size.")
    )
    new_values = forms.CharField(
        label=_("Values"), required=False, max_length=250, help_text=_("Such as Red, or Red / Large.")
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        product: Product,
        variants: list[ProductVariant],
        images: list[ProductImage],
        currency: str,
    ) -> None:
        self.product, self.variants, self.images, self.currency = product, variants, images, currency
        super().__init__(data, files, initial=self._initial())
        for variant in variants:
            self._add_variant_fields(variant)
        for image in images:
            self.fields[f"alt_{image.pk}"] = forms.CharField(label=_("What it shows"), required=False, max_length=500)
        self.fields["new_price"] = MoneyField(currency=currency, required=False, label=_("Price"))
        self.fields["new_quantity"] = StockField(label=_("Stock"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for variant in self.variants:
            price, compare_at = data.get(f"price_{variant.pk}"), data.get(f"compare_at_{variant.pk}")
            if price is None:
                continue
            try:
                check_price(price, compare_at)
            except InvalidInput as error:
                self.add_error(f"{error.field}_{variant.pk}", str(error))
        if data.get("new_values"):
            self._clean_new(data)
        return data

    def draft(self, order: tuple[int, int] | None) -> ProductDraft:
        """Return what was sent as the services want it; the form has to be valid."""
        data = self.cleaned_data
        return ProductDraft(
            title=data["title"],
            description_html=html_from_text(data["description"]),
            status=data["status"],
            handle=data["handle"],
            vendor=data["vendor"],
            product_type=data["product_type"],
            tags=[tag.strip() for tag in re.split("[,，]", data["tags"]) if tag.strip()],
            seo_title=data["seo_title"],
            seo_description=data["seo_description"],
            variants=[self._variant_draft(variant) for variant in self.variants],
            added=self._added(),
            alts={image.pk: data[f"alt_{image.pk}"] for image in self.images},
            order=order,
            pictures=data["pictures"],
        )

    def place_error(self, error: InvalidInput) -> None:
        """Put an error of a service beside the field it speaks of."""
        names = {"title": "title", "handle": "handle", "picture": "pictures", "option": "new_values"}
        self.add_error(names.get(error.field or ""), str(error))

    def variant_rows(self) -> list[dict[str, Any]]:
        """Return the versions with their fields, for the template."""
        kinds = ("price", "compare_at", "sku", "quantity", "tracks", "backorder", "remove")
        return [
            {"variant": variant, **{kind: self[f"{kind}_{variant.pk}"] for kind in kinds}} for variant in self.variants
        ]

    def image_rows(self) -> list[dict[str, Any]]:
        """Return the pictures with the field for their words."""
        return [{"image": image, "alt": self[f"alt_{image.pk}"]} for image in self.images]

    def _initial(self) -> dict[str, Any]:
        product = self.product
        values: dict[str, Any] = {
            "title": product.title,
            "description": text_from_html(product.description_html),
            "status": product.status,
            "vendor": product.vendor,
            "product_type": product.product_type,
            "tags": ", ".join(product.tags),
            "seo_title": product.seo_title,
            "seo_description": product.seo_description,
            "handle": product.handle,
            "new_names": " / ".join(product.option_names),
        }
        for variant in self.variants:
            pk = variant.pk
            values |= {
                f"price_{pk}": self._written(variant.price_amount),
                f"compare_at_{pk}": self._written(variant.compare_at_amount),
                f"sku_{pk}": variant.sku,
                f"quantity_{pk}": variant.available_count if variant.tracks_stock else None,
                f"tracks_{pk}": variant.tracks_stock,
                f"backorder_{pk}": variant.sells_when_out,
            }
        return values | {f"alt_{image.pk}": image.alt for image in self.images}

    def _add_variant_fields(self, variant: ProductVariant) -> None:
        pk, currency = variant.pk, self.currency
        needed = {"required": _("Give a price.")}
        self.fields[f"price_{pk}"] = MoneyField(currency=currency, label=_("Price"), error_messages=needed)
        self.fields[f"compare_at_{pk}"] = MoneyField(currency=currency, label=_("Compare-at price"), required=False)
        self.fields[f"sku_{pk}"] = forms.CharField(label=_("Item number (SKU)"), required=False, max_length=120)
        self.fields[f"quantity_{pk}"] = StockField(label=_("In stock"))
        self.fields[f"tracks_{pk}"] = forms.BooleanField(label=_("Count stock"), required=False)
        self.fields[f"backorder_{pk}"] = forms.BooleanField(label=_("Go on selling when it is out"), required=False)
        self.fields[f"remove_{pk}"] = forms.BooleanField(label=_("Remove"), required=False)

    def _clean_new(self, data: dict[str, Any]) -> None:
        if not _split(data.get("new_names", "")) and not self.product.option_names:
            self.add_error("new_names", _("Name the option first, such as Color."))
        if data.get("new_price") is None and "new_price" not in self.errors:
            self.add_error("new_price", _("Give a price."))
        wanted = len(self.product.option_names or _split(data.get("new_names", "")))
        if wanted and len(_split(data["new_values"])) != wanted:
            self.add_error(
                "new_values",
                ngettext("Give %(num)s value.", "Give %(num)s values, separated by /.", wanted) % {"num": wanted},
            )

    def _variant_draft(self, variant: ProductVariant) -> VariantDraft:
        data, pk = self.cleaned_data, variant.pk
        # The stock boxes stand on the page of a single version only; in the table of many they keep what they had.
        alone = len(self.variants) == 1
        quantity = data[f"quantity_{pk}"]
        return VariantDraft(
            id=pk,
            price_amount=data[f"price_{pk}"],
            compare_at_amount=data[f"compare_at_{pk}"],
            sku=data[f"sku_{pk}"],
            quantity=variant.available_count if quantity is None else quantity,
            tracks_stock=data[f"tracks_{pk}"] if alone else variant.tracks_stock,
            sells_when_out=data[f"backorder_{pk}"] if alone else variant.sells_when_out,
            is_removed=data[f"remove_{pk}"],
        )

    def _added(self) -> NewVariant | None:
        data = self.cleaned_data
        if not data["new_values"]:
            return None
        return NewVariant(
            option_names=self.product.option_names or _split(data["new_names"]),
            option_values=_split(data["new_values"]),
            price_amount=data["new_price"],
            quantity=data["new_quantity"],
        )

    def _written(self, amount: int | None) -> str:
        return "" if amount is None else f"{to_decimal(amount, self.currency):.{minor_digits(self.currency)}f}"


def html_from_text(text: str) -> str:
    """Return HTML as it is, and plain text as paragraphs."""
    text = text.strip()
    if not text or re.search(r"<[a-zA-Z/]", text):
        return text
    paragraphs = re.split(r"(?:\r?\n){2,}", text)
    return "".join(f"<p>{escape(one.strip())}</p>".replace("\r\n", "<br>").replace("\n", "<br>") for one in paragraphs)


def text_from_html(html: str) -> str:
    """Return plain paragraphs as text; anything richer stays HTML."""
    if not html or not _ONLY_PARAGRAPHS.match(html):
        return html
    text = re.sub(r"<br ?/?>", "\n", html)
    text = re.sub(r"</p>\s*<p>", "\n\n", text)
    text = re.sub(r"</?p>", "", text)
    for entity, letter in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, letter)
    return text.strip()


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split("[/／]", text) if part.strip()]


def _checked_price(amount: int, compare_at: int | None) -> int:
    try:
        check_price(amount, compare_at)
    except InvalidInput as error:
        raise forms.ValidationError(str(error), code=error.code) from error
    return amount
