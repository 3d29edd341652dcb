from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_legal_notice")]

    operations = [
        migrations.AddField(
            model_name="page",
            name="planned_at",
            field=models.DateTimeField(blank=True, help_text="When a page that is hidden shows itself.", null=True),
        ),
    ]
