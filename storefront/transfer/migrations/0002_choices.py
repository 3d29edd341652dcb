from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [("transfer", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="choices",
            field=models.JSONField(db_default=Value({}, models.JSONField()), default=dict),
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="kind",
                field=models.CharField(
                    choices=[
                        ("products", "Products"),
                        ("groups", "Collections and categories"),
                        ("inventory", "Stock"),
                        ("customers", "Customers"),
                        ("orders", "Orders"),
                    ],
                    max_length=10,
                ),
            )
            for model in ("columnmemory", "importrun")
        ),
    ]
