from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0006_payments_of_amendments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='waytopay',
            name='kind',
            field=models.CharField(choices=[('stripe', 'Card or wallet'), ('bank_transfer', 'Bank transfer'), ('cash_on_delivery', 'Cash on delivery'), ('pay_at_pickup', 'Pay at the counter')], max_length=20, unique=True),
        ),
    ]
