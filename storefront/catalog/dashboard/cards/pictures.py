"""The gallery of a product: pictures, videos, 3D models."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from core.errors import InvalidInput
from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.enums import MediaKind, MediaState
from storefront.catalog.forms.pictures import PicturesForm
from storefront.catalog.jinja import picture
from storefront.catalog.services import add_model, add_video, retry_picture
from storefront.catalog.services.media import MAXIMUM_PICTURES

STEPS = {"left": -1, "right": 1, "remove": 0}


class PicturesCard(Card):
    name = "pictures"
    template = "catalog/dashboard/cards/pictures.html"
    form_class = PicturesForm
    errors_of = {
        "picture": "pictures",
        "video_url": "video_url",
        "video_title": "video_title",
        "model": "model_glb",
        "usdz": "model_usdz",
        "model_alt": "model_alt",
    }

    def __init__(self, state: ProductState, data: Any = None, files: Any = None) -> None:
        super().__init__(state, data, files)
        self.asked = read_asked(data.get("do", "")) if data else None

    def fill(self, parts: Parts) -> None:
        data = self.form.cleaned_data
        step = STEPS.get(self.asked[0]) if self.asked else None
        parts.fields |= {
            "alts": {image.pk: data[f"alt_{image.pk}"] for image in self.state.images},
            "order": (self.asked[1], step) if self.asked and step is not None else None,
        }

    def save(self, *, actor: str, now: datetime) -> None:
        if self.asked and self.asked[0] == "retry" and self.asked[1] in {image.pk for image in self.state.images}:
            retry_picture(image_id=self.asked[1])
        add_what_was_sent(self.state.product.pk, self.form.cleaned_data, now=now)

    def place_error(self, error: InvalidInput) -> bool:
        """Put an error beside its field; a poster belongs to whichever of the two was sent."""
        if error.field == "poster":
            name = "model_poster" if self.form.cleaned_data.get("model_glb") else "video_poster"
            self.form.add_error(name, str(error))
            return True
        return super().place_error(error)

    @property
    def url(self) -> str:
        return reverse("dashboard_product_media", args=[self.state.product.pk])

    @property
    def has_room(self) -> bool:
        return len(self.state.images) < MAXIMUM_PICTURES

    @property
    def is_pending(self) -> bool:
        return any(image.state == MediaState.PENDING for image in self.state.images)

    @property
    def is_open(self) -> dict[str, bool]:
        """Return which of the two forms to add something have an error in them."""
        wrong = self.form.errors
        return {kind: any(name.startswith(f"{kind}_") for name in wrong) for kind in ("video", "model")}

    @property
    def bare_count(self) -> int:
        return sum(1 for image in self.state.images if not image.alt)

    def rows(self) -> list[dict[str, Any]]:
        """Return what the gallery holds with the field for its words, for the template."""
        return [
            {
                "image": image,
                "alt": self.form[f"alt_{image.pk}"],
                "shown": picture(
                    {"path": image.path, "width": image.width, "height": image.height, "formats": image.formats}
                ),
                "is_video": image.kind == MediaKind.VIDEO,
                "is_model": image.kind == MediaKind.MODEL,
                "is_pending": image.state == MediaState.PENDING,
                "is_failed": image.state == MediaState.FAILED,
            }
            for image in self.state.images
        ]


def read_asked(asked: str) -> tuple[str, int] | None:
    """Read what a picture's button asked for: `left:7`, `right:7`, `remove:7` or `retry:7`."""
    what, _colon, number = asked.partition(":")
    if what not in {*STEPS, "retry"} or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return what, int(number)


def add_what_was_sent(product_id: int, data: dict[str, Any], *, now: datetime) -> None:
    """Add the video and the model of a cleaned form, where it holds them.

    Raises: InvalidInput.
    """
    if data.get("video_url"):
        add_video(
            product_id=product_id,
            address=data["video_url"],
            title=data["video_title"],
            poster=data["video_poster"],
            now=now,
        )
    if data.get("model_glb"):
        add_model(
            product_id=product_id,
            glb=data["model_glb"],
            usdz=data.get("model_usdz"),
            poster=data["model_poster"],
            alt=data["model_alt"],
            now=now,
        )
