"""The storefront's templates: what they are given, and what of them is worked out once."""
