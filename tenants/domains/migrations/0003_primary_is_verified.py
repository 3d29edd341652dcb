from django.db import migrations


class Migration(migrations.Migration):
    """The table belongs to `tenants`; what may stand in it as the primary host is decided here."""

    dependencies = [("domains", "0002_claims")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE public.tenants_domain ADD CONSTRAINT domain_primary_is_verified"
            " CHECK (NOT is_primary OR verified_at IS NOT NULL)",
            "ALTER TABLE public.tenants_domain DROP CONSTRAINT domain_primary_is_verified",
        )
    ]
