"""The cards of a product's page: what each one holds, shows and saves; any app on catalog's floor or above adds its own.

A card is a small class in its app's dashboard folder with a template of its own, which finds the card as `card` and the
product as `product`. The setting PRODUCT_CARDS names them in order.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from core.errors import InvalidInput
from storefront.catalog.models import Product, ProductImage, ProductVariant


@dataclass(frozen=True, slots=True)
class ProductState:
    """A product as its page found it: versions and pictures in order, `currency` is the store's."""

    product: Product
    variants: list[ProductVariant]
    images: list[ProductImage]
    currency: str

    @property
    def has_versions(self) -> bool:
        return bool(self.product.option_names)

    @property
    def is_gift_card(self) -> bool:
        return any(variant.is_gift_card for variant in self.variants)


@dataclass(slots=True)
class Parts:
    """What the cards of one Save hand to catalog: fields of `ProductDraft`, and of `VariantDraft` by version."""

    fields: dict[str, Any] = field(default_factory=dict)
    variants: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add_variant(self, variant_id: int, **fields: Any) -> None:
        self.variants.setdefault(variant_id, {}).update(fields)


class CardForm(forms.Form):
    """The fields of one card; names are unique on the whole page."""

    def __init__(self, data: Any = None, files: Any = None, *, state: ProductState) -> None:
        self.state = state
        super().__init__(data, files, initial=self.first_values())

    def first_values(self) -> dict[str, Any]:
        """Return what the fields hold before anybody types."""
        return {}


class Card:
    """One card. `column` is main or side; `name` is its `id` on the page.

    `errors_of` maps the field that a service's InvalidInput names to the form's field that shows its words.
    """

    name: ClassVar[str]
    template: ClassVar[str]
    column: ClassVar[Literal["main", "side"]] = "main"
    form_class: ClassVar[type[CardForm]] = CardForm
    errors_of: ClassVar[dict[str, str]] = {}

    def __init__(self, state: ProductState, data: Any = None, files: Any = None) -> None:
        self.state = state
        self.form = self.form_class(data, files, state=state)

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        """Tell whether the page of this product has the card."""
        return True

    @classmethod
    def names_products(cls, product_id: int, data: QueryDict) -> set[int]:
        """Return the products besides its own that `save` locks for what was sent: the Save locks them together."""
        return set()

    def fill(self, parts: Parts) -> None:
        """Put what the valid form holds into the parts that catalog saves."""

    def save(self, *, actor: str, now: datetime) -> None:
        """Write what is not catalog's own, inside the transaction of the Save and after catalog's part.

        Raises: InvalidInput; nothing of the Save is done then.
        """

    def place_error(self, error: InvalidInput) -> bool:
        """Put an error of a service beside the field it speaks of; False when the card has no such field."""
        name = self.errors_of.get(error.field or "")
        if name is None or name not in self.form.fields:
            return False
        self.form.add_error(name, str(error))
        return True


def list_cards(state: ProductState, data: Any = None, files: Any = None) -> list[Card]:
    """Return the cards of a product's page in the order of the setting PRODUCT_CARDS, bound to what was sent."""
    return [card(state, data, files) for card in _known() if card.shows(state)]


def find_named_products(product_id: int, data: QueryDict) -> set[int]:
    """Return the products besides its own that saving what was sent locks."""
    return {pk for card in _known() for pk in card.names_products(product_id, data)}


def _known() -> list[type[Card]]:
    return [import_string(path) for path in settings.PRODUCT_CARDS]
