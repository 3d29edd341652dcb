"""Goods as a source describes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One version. `fields` holds the model's columns that the source names; `title` is empty for the only version.

    `custom` answers custom fields by key; `tax_class` is a class's code, empty for the standard one. What is None is left.
    `texts` are the values of its options by language. `list_prices` are (price, compare-at price) by currency, None where the
    list's rate counts; the caller writes them.
    """

    title: str
    option_values: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    quantity: int | None = None
    custom: Mapping[str, str] | None = None
    tax_class: str | None = None
    image_url: str | None = None
    list_prices: Mapping[str, tuple[int, int | None] | None] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImageRow:
    """Where a picture can be fetched; `position` 0 means after the others.

    With `video_url`, as `read_video_address` returns it, or `model_url`, a GLB file and perhaps its USDZ file beside it, the
    picture is what stands for that until somebody plays it.
    """

    source_url: str
    position: int = 0
    alt: str = ""
    video_url: str = ""
    model_url: str = ""
    usdz_url: str = ""


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as a source describes it. All rows of one call name the same columns in `fields`.

    A column that is not named keeps its value on a product that exists; `description_html` is cleaned here. `category` is a
    path of titles, `collections` are titles, `custom` answers custom fields by key: what is not there yet is made, fields
    with the names of `custom_names`. None leaves what is. `texts` are texts in further languages by language, then by column;
    `option_names` is a list.
    """

    handle: str
    fields: Mapping[str, Any]
    option_names: tuple[str, ...] = ()
    variants: Sequence[VariantRow] = ()
    images: Sequence[ImageRow] = ()
    category: tuple[str, ...] | None = None
    collections: tuple[str, ...] | None = None
    custom: Mapping[str, str] | None = None
    custom_names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpsertedProducts:
    """What `upsert_products` did; `stock` holds (variant id, quantity to sell or None to leave it) of every variant."""

    created: int
    updated: int
    product_ids: tuple[int, ...]
    stock: tuple[tuple[int, int | None], ...]
