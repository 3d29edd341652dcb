"""Stripe, behind the only door that may import its library."""
