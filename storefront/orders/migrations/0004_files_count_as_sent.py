"""What is loaded down counts as sent once it is paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_currencies")]

    operations = [
        migrations.AddField(
            model_name="fulfillment",
            name="is_digital",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
