
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('products', 'Products'), ('inventory', 'Stock'), ('customers', 'Customers'), ('orders', 'Orders')], max_length=10)),
                ('header_key', models.CharField(max_length=64)),
                ('fields', models.JSONField(default=list)),
                ('used_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'header_key'), name='column_memory_once_a_header')],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('token', models.CharField(max_length=26, unique=True)),
                ('kind', models.CharField(choices=[('products', 'Products'), ('inventory', 'Stock'), ('customers', 'Customers'), ('orders', 'Orders')], max_length=10)),
                ('file_format', models.CharField(choices=[('shopify', 'Shopify'), ('woocommerce', 'WooCommerce')], default='shopify', max_length=12)),
                ('filename', models.CharField(max_length=200)),
                ('stored_name', models.CharField(blank=True, max_length=255)),
                ('header', models.JSONField(default=list)),
                ('samples', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('created_by', models.CharField(max_length=254)),
                ('created_at', models.DateTimeField()),
                ('check_token', models.CharField(blank=True, max_length=26)),
                ('job_token', models.CharField(blank=True, max_length=26)),
                ('change_set_id', models.BigIntegerField(blank=True, help_text='Of the catalog’s change set.', null=True)),
                ('created_count', models.IntegerField(default=0)),
                ('updated_count', models.IntegerField(default=0)),
                ('rejected_count', models.IntegerField(default=0)),
                ('imported_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-imported_at'], name='import_run_newest')],
            },
        ),
        migrations.CreateModel(
            name='UndoBatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rows', models.JSONField(default=list)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='undo_batches', to='transfer.importrun')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
