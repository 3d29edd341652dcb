from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_warehouses_thresholds_and_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='SentForm',
            fields=[
                ('token', models.CharField(max_length=26, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
            ],
        ),
    ]
