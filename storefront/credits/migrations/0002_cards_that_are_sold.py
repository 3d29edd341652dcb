from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": "Every row holds nothing in the column that this migration adds, which the constraint allows.",
    }

    dependencies = [
        ('credits', '0001_initial'),
        ('customers', '0007_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='giftcard',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='order_line_id',
            field=models.BigIntegerField(blank=True, help_text='The line of that order.', null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='send_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='creditentry',
            name='kind',
            field=models.CharField(choices=[('issued', 'Issued'), ('spent', 'Paid an order'), ('given_back', 'Given back, the order was not paid'), ('refunded', 'Refunded'), ('closed', 'Closed, its price was given back'), ('adjusted', 'Changed by hand')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='giftcard',
            index=models.Index(condition=models.Q(('order_token', ''), _negated=True), fields=['order_token'], name='gift_card_of_an_order'),
        ),
        migrations.AddIndex(
            model_name='giftcard',
            index=models.Index(condition=models.Q(('mailed_at__isnull', True), ('send_at__isnull', False)), fields=['send_at'], name='gift_card_to_send'),
        ),
        migrations.AddConstraint(
            model_name='giftcard',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('balance_amount', 0), ('is_active', False)), _connector='OR'), name='gift_card_closed_has_nothing_on_it'),
        ),
    ]
