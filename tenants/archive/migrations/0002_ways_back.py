from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="restoration",
            name="facts_before",
            field=models.JSONField(
                db_default={}, default=dict, help_text="Name, currency and so on, for the way back."
            ),
        ),
        migrations.AddField(
            model_name="deletion",
            name="reason_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="restoration",
            name="told",
            field=models.JSONField(default=list, help_text="What did not come along: see `tenants.archive.leftovers`."),
        ),
    ]
