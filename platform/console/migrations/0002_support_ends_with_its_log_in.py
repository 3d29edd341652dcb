from django.db import migrations, models
from django.db.models.deletion import SET_NULL


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_store_login_rule"),
        ("console", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="supportaccess",
            name="login",
            field=models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="accounts.loginsession"),
        ),
        migrations.AlterField(
            model_name="supportaccess",
            name="ended_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("exit", "Left"),
                    ("time", "Time was up"),
                    ("rights", "Lost the right"),
                    ("store", "Ended by the store"),
                    ("console", "Ended in the console"),
                    ("logout", "Logged out"),
                ],
                max_length=10,
            ),
        ),
    ]
