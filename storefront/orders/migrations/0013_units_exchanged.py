from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": "Every row holds the default 0 of the column that this migration adds, which the constraint allows.",
    }

    dependencies = [
        ('orders', '0012_units_put_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='exchanged_count',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('exchanged_count__gte', 0), ('exchanged_count__lte', models.F('returned_count'))), name='order_line_exchanges_what_came_back'),
        ),
    ]
