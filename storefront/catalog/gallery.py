"""What a product's page shows of its gallery: pictures, and posters that lead to a video or a 3D model."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from storefront.catalog.enums import MediaKind
from storefront.catalog.jinja import picture
from storefront.catalog.translations import say


def show_gallery(images: Iterable[Mapping[str, Any]], handle: str) -> list[dict[str, Any]]:
    """Return the gallery in order: what `picture` says, `id`, `kind`, and for a video or model the `url` that opens it."""
    return [
        {
            **(picture({**image, "alt": say(image, "alt")}) or {}),
            "id": image["id"],
            "kind": image["kind"],
            "url": "" if image["kind"] == MediaKind.IMAGE else reverse("product_media", args=[handle, image["id"]]),
        }
        for image in images
    ]
