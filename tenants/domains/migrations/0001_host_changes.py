from django.db import migrations, models

NOTE = """
CREATE FUNCTION public.note_host_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    writer bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO public.domains_hostchange (xid, changed_at) VALUES (writer, clock_timestamp());
    ELSIF TG_TABLE_NAME = 'tenants_tenant' THEN
        INSERT INTO public.domains_hostchange (xid, tenant_id, changed_at) VALUES (writer, OLD.id, clock_timestamp());
    ELSE
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO public.domains_hostchange (xid, tenant_id, host, changed_at)
            VALUES (writer, OLD.tenant_id, OLD.domain, clock_timestamp());
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO public.domains_hostchange (xid, tenant_id, host, changed_at)
            VALUES (writer, NEW.tenant_id, NEW.domain, clock_timestamp());
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
# A new store has no host before its domain row, so its own insertion says nothing.
TRIGGERS = """
CREATE TRIGGER note_change AFTER UPDATE ON public.tenants_tenant
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.note_host_change();
CREATE TRIGGER note_removal AFTER DELETE ON public.tenants_tenant
    FOR EACH ROW EXECUTE FUNCTION public.note_host_change();
CREATE TRIGGER note_emptying AFTER TRUNCATE ON public.tenants_tenant
    FOR EACH STATEMENT EXECUTE FUNCTION public.note_host_change();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON public.tenants_domain
    FOR EACH ROW EXECUTE FUNCTION public.note_host_change();
CREATE TRIGGER note_emptying AFTER TRUNCATE ON public.tenants_domain
    FOR EACH STATEMENT EXECUTE FUNCTION public.note_host_change();
"""
REMOVE = """
DROP TRIGGER note_change ON public.tenants_tenant;
DROP TRIGGER note_removal ON public.tenants_tenant;
DROP TRIGGER note_emptying ON public.tenants_tenant;
DROP TRIGGER note_change ON public.tenants_domain;
DROP TRIGGER note_emptying ON public.tenants_domain;
DROP FUNCTION public.note_host_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenants", "0003_staff_become_managers")]

    operations = [
        migrations.CreateModel(
            name="HostChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField(db_index=True)),
                ("tenant_id", models.BigIntegerField(null=True)),
                ("host", models.CharField(max_length=253, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(NOTE, "SELECT 1"),
        migrations.RunSQL(TRIGGERS, REMOVE),
    ]
