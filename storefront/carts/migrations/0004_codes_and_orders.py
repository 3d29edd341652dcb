from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [
        ("carts", "0003_currencies"),
    ]

    operations = [
        migrations.AddField(
            model_name="cart",
            name="codes",
            field=models.JSONField(db_default=Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="cart",
            name="order_token",
            field=models.CharField(blank=True, db_default="", default="", max_length=26),
        ),
    ]
