from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('outbox', '0002_taken'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('published_at__isnull', False), ('taken_at__isnull', True)), fields=['published_at', 'id'], name='outbox_untaken'),
        ),
    ]
