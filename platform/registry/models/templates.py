"""Starter templates: what a new operator begins with, as data that the owner edits."""

from typing import Any

from django.db import models

from kernel.ids import new_id


class Template(models.Model):
    """A starter template; its newest version is what a new operator gets."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]


class TemplateVersion(models.Model):
    """One state of a template, never changed: operators point to the one they began with.

    `data` has `title` and `summary` (texts by language) and a section per tenant app.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data: "models.JSONField[dict[str, Any]]" = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    account = models.ForeignKey(
        "OwnerAccount", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_number_unique"
            )
        ]
