"""Policies to begin with: templates by language and group of countries, for the merchant to check and finish."""

from storefront.content.policies.regions import Region, region_of
from storefront.content.policies.templates import find_gaps, write_template

__all__ = ["Region", "find_gaps", "region_of", "write_template"]
