"""What is remembered of the fleet as a whole: releases that ran through it, and looks at it."""

from typing import Any

from django.db import models

from kernel.ids import new_id


class ReleaseRun(models.Model):
    """A release on its way through the fleet, or one that was. Told at most once a second.

    `platform` names the platform's own migrations that came first. `groups` has, for schemas that
    lacked the same, the `migrations` and how many `tenant`, `restored` and `blank` there were.
    `failures` are the first that failed, each `schema`, `slug`, `migration`, `error`, without data.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    told_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    platform: "models.JSONField[list[str]]" = models.JSONField(default=list)
    groups: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    migrated = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    failures: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]


class FleetLook(models.Model):
    """The fleet as a worker saw it, which takes too long for somebody to wait for.

    Without `looked_at` it is asked for. `places` counts schemas by where they stand beside
    `release`, that of the worker's code; `behind` are the first that are not on it. `findings` are
    the doctor's first, `found` counts them all by kind. `sizes` is bytes by server; `store_free`
    and `store_size` are bytes of the disk that backups are on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    release = models.CharField(max_length=64, blank=True)
    places: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    behind: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    found: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    findings: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    sizes: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    store_free = models.BigIntegerField(null=True)
    store_size = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
