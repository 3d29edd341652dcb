"""What content tells the parts above it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentChanged:
    """Something that shoppers read besides goods is another: a page, a post, a menu, a redirect."""
