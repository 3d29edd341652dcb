"""What the look tells the parts above it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookPublished:
    """Shoppers see another look from now on: every page of the store is another."""
