from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": "Every row holds the default of the column that this migration adds, which the constraint allows.",
    }

    dependencies = [
        ('catalog', '0009_drafts_of_every_tab'),
    ]

    operations = [
        migrations.AddField(
            model_name='productvariant',
            name='is_gift_card',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='productvariant',
            constraint=models.CheckConstraint(condition=models.Q(('is_gift_card', False), models.Q(('compare_at_amount__isnull', True), ('is_taxable', False), ('price_amount__gt', 0), ('requires_shipping', False), ('tracks_stock', False)), _connector='OR'), name='variant_gift_card_is_money'),
        ),
    ]
