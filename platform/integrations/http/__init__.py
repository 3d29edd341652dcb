"""Fetching what a merchant names by its address, without becoming the merchant's hand inside our own network."""
