"""The job queue's schema, and the triggers that tell every process of a changed register."""

from django.db import migrations

from registry.queue import queue_install


def install_queue(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        queue_install(cursor)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunPython(
            install_queue, lambda apps, editor: editor.execute("DROP SCHEMA queue CASCADE")
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('daiqu_registry', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON registry_tenant
                FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
            CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON registry_domain
                FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
            """,
            "DROP FUNCTION registry_changed CASCADE",
        ),
    ]
