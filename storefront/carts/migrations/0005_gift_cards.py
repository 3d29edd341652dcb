from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("carts", "0004_codes_and_orders"),
    ]

    operations = [
        migrations.AddField(
            model_name="cart",
            name="card_ids",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
