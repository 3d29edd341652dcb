from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_links_of_files")]

    operations = [
        migrations.AddField(
            model_name="productimage",
            name=name,
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        )
        for name in ("model_source_url", "usdz_source_url")
    ]
