"""What the merchant's product pages send, and the words it is refused with; one file a card."""
