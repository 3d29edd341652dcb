from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": "It lets through what the one before did, and what gives back nothing but credit.",
    }

    dependencies = [
        ("payments", "0002_refunds_by_line_disputes_and_differences"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="refund", name="refund_amount_is_positive"),
        migrations.AddField(
            model_name="refund",
            name="credit_amount",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=Q(("amount__gte", 0), ("credit_amount__gte", 0))
                & Q(("amount__gt", 0), ("credit_amount__gt", 0), _connector="OR"),
                name="refund_gives_something_back",
            ),
        ),
    ]
