from django.db import migrations

TWINS = r"""
    SELECT indexname FROM pg_indexes
     WHERE schemaname = current_schema() AND indexname LIKE '%%\_like' AND indexdef LIKE '%%\_pattern\_ops)'
"""


def drop_twins(apps, schema_editor):
    """Drop, in all of the store's tables, what the schema editor of core.db.backend no longer makes."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TWINS, [])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(drop_twins, migrations.RunPython.noop)]
