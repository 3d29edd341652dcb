from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_units_taken_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='pickup',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
