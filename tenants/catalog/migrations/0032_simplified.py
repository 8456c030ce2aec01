"""What is on sale is found by traditional characters too: its search columns are made again."""

from typing import Any

from django.db import migrations

from tenants.catalog.search.index import COLUMNS, line_of_shelves, search_set


def fill(apps: Any, schema_editor: Any) -> None:
    """Every service that was ever published; three statements."""
    alias = schema_editor.connection.alias
    Service, Category = (apps.get_model("catalog", name) for name in ("Service", "Category"))
    published = Service.objects.using(alias).filter(version__isnull=False)
    found = list(published.select_related("version", "line"))
    shelves = {shelf.id: shelf for shelf in Category.objects.using(alias).all()}
    for service in found:
        shelf = line_of_shelves(shelves, service.category_id)
        search_set(service, version=service.version, shelves=shelf)
    Service.objects.using(alias).bulk_update(found, COLUMNS, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0031_form_photos")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
