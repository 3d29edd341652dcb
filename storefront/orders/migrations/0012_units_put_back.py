from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": "Every row holds the default 0 of the column that this migration adds, which the constraint allows.",
    }

    dependencies = [
        ('orders', '0011_pickup'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='restocked_count',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('restocked_count__gte', 0), ('restocked_count__lte', models.F('quantity'))), name='order_line_puts_back_what_was_bought'),
        ),
    ]
