"""The schema editor, without the twin index that Django gives every unique text column."""

from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresSchemaEditor


class DatabaseSchemaEditor(PostgresSchemaEditor):
    """Write a `varchar_pattern_ops` index only where a model asks for it.

    Most of what a new store costs is one set of catalog rows an index, and the twin of a token or a session key serves
    nothing: nobody searches those by their beginning. A column that is searched so says it with a `models.Index`.
    """

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        return None
