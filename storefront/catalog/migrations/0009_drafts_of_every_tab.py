from django.db import migrations, models


class Migration(migrations.Migration):

    accepted_risks = {
        "drop-unique": "The release before names no constraint when it inserts, and its rows, without a tab, stay one a person by the new one.",
        "add-constraint": "The old one was stricter, and the table holds a row for each page that somebody has open.",
    }

    dependencies = [
        ('catalog', '0008_addresses_of_models'),
    ]

    operations = [
        migrations.AddField(
            model_name='productediting',
            name='tab',
            field=models.CharField(db_default='', default='', max_length=26),
        ),
        migrations.RemoveConstraint(
            model_name='productediting',
            name='editing_is_one_a_person',
        ),
        migrations.AddConstraint(
            model_name='productediting',
            constraint=models.UniqueConstraint(fields=('product', 'actor', 'tab'), name='editing_is_one_a_tab', nulls_distinct=False),
        ),
    ]
