"""What is on sale already becomes searchable: its search columns are made of its version."""

from typing import Any

from django.db import migrations

from tenants.catalog.search.index import line_of_shelves, search_set

COLUMNS = ("search_name", "search_text", "staff_gender", "on_sale_since")


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
        service.on_sale_since = service.version.published_at
    Service.objects.using(alias).bulk_update(found, COLUMNS, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_content_and_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
