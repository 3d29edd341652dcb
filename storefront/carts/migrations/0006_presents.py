from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0005_gift_cards'),
    ]

    operations = [
        migrations.AddField(
            model_name='cartline',
            name='presents',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
