"""What a store's app says of its own columns, for the moments when a store's rows leave their place.

An AppConfig may carry three facts about its tables:

`stays_behind`  tables that no archive holds: sessions, one-time links, salts. They come back empty.
`handled`       {table: {column: Handling}}: how a column is rewritten in a sandbox, and what names a person.
`private_leftovers`  folders of private files that no archive holds.
"""

from collections.abc import Iterator
from enum import Enum

from django.apps import AppConfig, apps


class Handling(Enum):
    """EMAIL and PHONE reach a person; WORDS and ADDRESS tell who it is; PEOPLE is a JSON list of persons; PASSWORD is a hash;
    TOKEN opens a page to whoever knows it; PROVIDER is an id in a payment provider's books."""

    EMAIL = "email"
    PHONE = "phone"
    WORDS = "words"
    ADDRESS = "address"
    PEOPLE = "people"
    PASSWORD = "password"  # noqa: S105  the kind, not a secret
    TOKEN = "token"  # noqa: S105
    PROVIDER = "provider"


def tables_that_stay_behind() -> frozenset[str]:
    """Return the tables whose rows no archive holds."""
    return frozenset(table for config in _store_apps() for table in getattr(config, "stays_behind", ()))


def handled_columns() -> dict[str, dict[str, Handling]]:
    """Return how the columns of each table are to be handled."""
    return {table: columns for config in _store_apps() for table, columns in getattr(config, "handled", {}).items()}


def leftover_folders() -> frozenset[str]:
    """Return the folders of private files that no archive holds."""
    return frozenset(folder for config in _store_apps() for folder in getattr(config, "private_leftovers", ()))


def _store_apps() -> Iterator[AppConfig]:
    return (config for config in apps.get_app_configs() if getattr(config, "schema", None) == "tenant")
