from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0015_amendment'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='is_gift_card',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='orderline',
            name='presents',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
