from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("tenants", "0005_known_states"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="tenantevent",
            index=models.Index(fields=["-created_at", "-id"], name="tenant_event_by_time"),
        ),
    ]
