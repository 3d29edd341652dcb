from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_risks = {
        "unknown": "What was published before counts as taken; the release before neither reads nor writes the column.",
    }

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(
            "UPDATE outbox_outboxmessage SET taken_at = published_at WHERE published_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
