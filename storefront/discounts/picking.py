"""The goods a discount is about, chosen with check boxes from a search: without a script, too."""

from dataclasses import dataclass

from django.http import QueryDict

from storefront.catalog.models import Collection, Product
from storefront.discounts.enums import AppliesTo
from storefront.discounts.models import Promotion
from storefront.discounts.words import Names

MOST_FOUND = 12
MOST_COLLECTIONS = 300
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """A product or a collection, and whether it is chosen."""

    id: int
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """One choice of goods; `prefix` tells the goods that are bought from those that are given (`get_`)."""

    prefix: str
    applies_to: str
    products: tuple[Choice, ...]
    collections: tuple[Choice, ...]
    query: str

    @property
    def chosen(self) -> dict[str, object]:
        """Return what a `PromotionFacts` says of these goods."""
        return {
            f"{self.prefix}applies_to": self.applies_to,
            f"{self.prefix}product_ids": [one.id for one in self.products if one.is_chosen],
            f"{self.prefix}collection_ids": [one.id for one in self.collections if one.is_chosen],
        }


def read_picker(prefix: str, *, data: QueryDict | None, promotion: Promotion | None) -> Picker:
    """Return the goods as they were sent, else as they are kept, with what the search finds besides."""
    if data is None:
        applies_to = str(getattr(promotion, f"{prefix}applies_to", AppliesTo.ALL))
        product_ids = list(getattr(promotion, f"{prefix}product_ids", ()))
        collection_ids = set(getattr(promotion, f"{prefix}collection_ids", ()))
        query = ""
    else:
        sent = data.get(f"{prefix}applies_to", "")
        applies_to = sent if sent in AppliesTo.values else AppliesTo.ALL.value
        product_ids = read_ids(data.getlist(f"{prefix}product_ids"))
        collection_ids = set(read_ids(data.getlist(f"{prefix}collection_ids")))
        query = data.get(f"{prefix}find", "").replace("\0", "").strip()[:100]
    chosen = Product.objects.filter(pk__in=product_ids[:500]).order_by("title", "pk").values_list("pk", "title")
    products = [Choice(pk, title, is_chosen=True) for pk, title in chosen]
    if query:
        found = Product.objects.filter(title__icontains=query).exclude(pk__in=product_ids)
        rows = found.order_by("-sold_count", "pk").values_list("pk", "title")[:MOST_FOUND]
        products += [Choice(pk, title, is_chosen=False) for pk, title in rows]
    groups = Collection.objects.order_by("position", "pk").values_list("pk", "title")[:MOST_COLLECTIONS]
    collections = tuple(Choice(pk, title, is_chosen=pk in collection_ids) for pk, title in groups)
    return Picker(prefix, applies_to, tuple(products), collections, query)


def names_of(*pickers: Picker) -> Names:
    """Return how the goods of these choices are called."""
    return Names(
        products={one.id: one.title for picker in pickers for one in picker.products},
        collections={one.id: one.title for picker in pickers for one in picker.collections},
    )


def read_ids(texts: list[str]) -> list[int]:
    """Return the ids among these texts, each once."""
    numbers = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID)
    return list(dict.fromkeys(numbers))
