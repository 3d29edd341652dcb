"""Products for tests, made by the same services as a merchant's."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services import create_product, refresh_product_summary

MADE_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ACTOR = "maria@example.com"


def make_product(title: str = "Enamel mug", *, price: int = 1800, stock: int = 5, **more: Any) -> Product:
    product = create_product(title=title, price_amount=price, actor=ACTOR, now=MADE_AT, **more)
    ProductVariant.objects.filter(product=product).update(available_count=stock)
    refresh_product_summary([product.pk])
    product.refresh_from_db()
    return product


def picture_file(width: int = 1000, height: int = 1250, form: str = "JPEG", **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#2f5b4e").save(file, form, **options)
    file.seek(0)
    file.name = f"mug.{form.lower()}"
    return file


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that holds, after the block, the SQL it ran, without the switch of schema before each statement."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as seen:
        yield found
    found += [row["sql"] for row in seen.captured_queries if "search_path" not in row["sql"]]
