from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("search", "0003_meanings")]

    operations = [
        migrations.CreateModel(
            name="SearchLead",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("term", models.CharField(max_length=200, unique=True)),
                ("text", models.CharField(max_length=60)),
                ("path", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(path__startswith="/") & ~Q(path__startswith="//"),
                        name="search_lead_stays_in_the_store",
                    )
                ],
            },
        ),
    ]
