"""Customer service: conversations between shoppers and a store."""
