from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="UnreachableAddress",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[("bounced", "Does not arrive"), ("complained", "Called spam")], max_length=12
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-seen_at", "-id"], name="unreachable_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", Lower("email"))), name="unreachable_address_is_lower_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailSettings",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sender_name", models.CharField(blank=True, help_text="Empty: the store's name.", max_length=60)),
                (
                    "reply_to",
                    models.EmailField(blank=True, help_text="Empty: the store's contact address.", max_length=254),
                ),
                ("off", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("words", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="mail_settings_are_one_row")],
            },
        ),
    ]
