from django.db import migrations


def staff_become_managers(apps, schema_editor):
    apps.get_model("tenants", "Membership").objects.filter(role="staff").update(role="manager")


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_states_and_roles")]
    operations = [migrations.RunPython(staff_become_managers, migrations.RunPython.noop)]
