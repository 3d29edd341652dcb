"""A crowd that buys at the same moment: `crowd` asks over HTTP; `shelves`, `promises` and `unguarded` work inside the platform."""
