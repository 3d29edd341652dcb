"""The pictures of a product."""

from typing import Any

from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.forms.pictures import PicturesForm
from storefront.catalog.jinja import picture


class PicturesCard(Card):
    name = "pictures"
    template = "catalog/dashboard/cards/pictures.html"
    form_class = PicturesForm
    errors_of = {"picture": "pictures"}

    def __init__(self, state: ProductState, data: Any = None, files: Any = None) -> None:
        super().__init__(state, data, files)
        self.order = _read_order(data.get("do", "")) if data else None

    def fill(self, parts: Parts) -> None:
        data = self.form.cleaned_data
        parts.fields |= {
            "alts": {image.pk: data[f"alt_{image.pk}"] for image in self.state.images},
            "order": self.order,
            "pictures": data["pictures"],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return the pictures with the field for their words, for the template."""
        return [
            {
                "image": image,
                "alt": self.form[f"alt_{image.pk}"],
                "shown": picture({"path": image.path, "width": image.width, "height": image.height}),
            }
            for image in self.state.images
        ]


def _read_order(asked: str) -> tuple[int, int] | None:
    """Read what a picture's button asked for: `left:7`, `right:7` or `remove:7`."""
    what, _colon, number = asked.partition(":")
    steps = {"left": -1, "right": 1, "remove": 0}
    if what not in steps or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return int(number), steps[what]
