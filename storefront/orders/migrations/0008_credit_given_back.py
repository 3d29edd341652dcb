from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    accepted_risks = {
        "add-constraint": (
            "Until now only money was given back, never more than its payment took, which is the total without what cards and"
            " credit paid; what is given back to those is counted in the column that this migration adds."
        ),
    }

    dependencies = [
        ("orders", "0007_tags_holds_and_series"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="credit_refunded_amount",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit_refunded_amount__gte", 0),
                    ("credit_refunded_amount__lte", F("credit_amount")),
                    ("refunded_amount__gte", F("credit_refunded_amount")),
                    ("refunded_amount__lte", F("total_amount") - F("credit_amount") + F("credit_refunded_amount")),
                ),
                name="order_refunds_go_back_where_they_came_from",
            ),
        ),
    ]
