from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_ways_to_pay"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="as_credit",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
