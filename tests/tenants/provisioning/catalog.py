"""What PostgreSQL knows of a schema, with the schema's own name taken out so that two can be compared."""

from django.db import connection

CATALOG = """
    SELECT 'relation', relname, relkind::text, relpersistence::text || coalesce(reloptions::text, '')
      FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind <> 'i'
    UNION ALL
    SELECT 'column', table_name, column_name, concat_ws(' ', udt_name, character_maximum_length, numeric_precision,
           numeric_scale, datetime_precision, is_nullable, column_default, collation_name, is_identity, identity_generation,
           is_generated, generation_expression)
      FROM information_schema.columns WHERE table_schema = %(schema)s
    UNION ALL
    SELECT 'sequence', sequencename, data_type::text, concat_ws(' ', start_value, min_value, max_value, increment_by,
           cycle, cache_size)
      FROM pg_sequences WHERE schemaname = %(schema)s
    UNION ALL
    SELECT 'index', c.relname, i.indrelid::regclass::text, concat_ws(' ', pg_get_indexdef(c.oid), indisunique,
           indisprimary, indimmediate, indisvalid, indnullsnotdistinct)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'constraint', conname, conrelid::regclass::text, concat_ws(' ', pg_get_constraintdef(oid), condeferrable,
           condeferred, convalidated)
      FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
     WHERE c.relnamespace = %(schema)s::regnamespace AND NOT tgisinternal
    UNION ALL
    SELECT 'routine', proname, prokind::text, prosrc FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'type', typname, typtype::text, '' FROM pg_type WHERE typnamespace = %(schema)s::regnamespace
    ORDER BY 1, 2, 3
"""


def read_catalog(schema_name: str) -> list[tuple[str, ...]]:
    """Return every relation, column, sequence, index, constraint, trigger, routine and type; columns in no order."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOG, {"schema": schema_name})
        rows = [tuple(str(cell).replace(f"{schema_name}.", "") for cell in row) for row in cursor.fetchall()]
        cursor.execute(f'SELECT app, name FROM "{schema_name}".django_migrations')
        return rows + sorted(("migration", *map(str, row)) for row in cursor.fetchall())
