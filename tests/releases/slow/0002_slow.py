from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE TABLE releases_slow (id int)", "DROP TABLE releases_slow"),
        migrations.RunSQL("SELECT pg_sleep(0.3)", migrations.RunSQL.noop),
    ]
