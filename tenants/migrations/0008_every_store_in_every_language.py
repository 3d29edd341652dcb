from django.db import migrations


def offer_all(apps, schema_editor):
    """Keep offering every store in both languages, as before stores could choose."""
    tenants = apps.get_model("tenants", "Tenant").objects
    tenants.filter(language="en").update(languages=["zh-hans"])
    tenants.exclude(language="en").update(languages=["en"])


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0007_further_languages"),
    ]

    operations = [migrations.RunPython(offer_all, migrations.RunPython.noop)]
