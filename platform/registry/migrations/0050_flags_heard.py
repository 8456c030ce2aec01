"""A changed flag is heard of by every process, as a changed tenant is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0020_sign_up")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON registry_flag
                FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
            CREATE TRIGGER registry_changed
                AFTER INSERT OR UPDATE OR DELETE ON registry_flagoverride
                FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
            """,
            """
            DROP TRIGGER registry_changed ON registry_flag;
            DROP TRIGGER registry_changed ON registry_flagoverride;
            """,
        ),
    ]
