"""What the merchant's pages for content send."""
