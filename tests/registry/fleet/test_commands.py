"""The command line: what it says, and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kernel.tenancy import TenantRef
from registry.fleet.releases import release
from registry.management.commands.fleet import Command, subcommands
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import parcel


def said(*arguments: str) -> list[str]:
    """The lines that `manage.py fleet ARGUMENTS` writes, blanks at their ends apart."""
    out = StringIO()
    call_command("fleet", *arguments, stdout=out)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_the_manual_has_every_subcommand():
    manual = Command().create_parser("manage.py", "fleet").format_help()
    text = " ".join(manual.split())
    for name, module in subcommands().items():
        assert f"fleet {name}\n" in manual
        assert " ".join(module.HELP.split()) in text


def test_a_release_from_plan_to_end(fleet: Fleet, alpha: TenantRef):
    fleet.blank()
    fleet.on_disk("column")
    plan = [
        "2 operators, 1 blank: releases.0002_note",
        "releases.0002_note: require-concurrent-index-creation, at most 0 rows, in"
        f" {alpha.schema}.releases_parcel",
    ]
    before = fleet.ledgers()
    shown = said("migrate", "--plan")
    assert shown[0] == plan[0]
    assert shown[1].startswith("releases.0002_note: require-concurrent-index-creation, at most 0")
    assert fleet.ledgers() == before
    *shown, last = said("migrate", "--jobs", "2")
    assert last.startswith("3 of 3 schemas migrated in ")
    assert said("migrate") == ["Every schema that can be migrated is up to date."]


def test_a_plan_before_the_platform_s_own_migrations(fleet: Fleet):
    fleet.sql("ALTER TABLE registry_tenant RENAME TO not_yet")
    fleet.sql("DELETE FROM django_migrations WHERE app = 'registry' AND name = '0001_initial'")
    assert said("migrate", "--plan") == [
        "The platform: registry.0001_initial",
        "What the operators' schemas lack can be read after that.",
    ]


class Terminal(StringIO):
    """Somewhere to look at."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar(fleet: Fleet):
    fleet.on_disk("column")
    out = Terminal()
    call_command("fleet", "migrate", stdout=out)
    assert "2/2" in out.getvalue()
    assert "2 of 2 schemas migrated" in out.getvalue()


def test_who_failed_is_said_and_the_exit_is_one(fleet: Fleet, alpha: TenantRef):
    for _ in range(2):
        parcel(alpha, "maya")
    fleet.on_disk("unique")
    out = StringIO()
    with pytest.raises(CommandError, match="1 schemas failed: mend them and run") as ended:
        call_command("fleet", "migrate", stdout=out)
    assert ended.value.returncode == 1
    assert (
        f"Failed: alpha ({alpha.schema}) at releases.0002_weight: UniqueViolation: could not create"
        ' unique index "parcel_weight_unique"'
    ) in out.getvalue()

    shown = said("status")
    assert shown[0] == f"Release {release()}, 2 schemas"
    assert f"failed: alpha ({alpha.schema}, main) releases.0002_weight" in "\n".join(shown)
    assert shown[-1] == "Next: manage.py fleet migrate"
    document = json.loads("\n".join(said("status", "--json")))
    assert document["servers"] == {"main": {"failed": 1, "current": 1}}
    assert document["states"] == {"trial": {"failed": 1, "current": 1}}
    assert [(one["slug"], one["place"]) for one in document["schemas"]] == [
        ("alpha", "failed"),
        ("beta", "current"),
    ]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["--jobs", "0"], "a number from 1"),
        (["--only", "delta"], "no operator is called delta"),
    ],
)
def test_bad_arguments_change_nothing(fleet: Fleet, arguments: list[str], answer: str):
    fleet.on_disk("column")
    before = fleet.ledgers()
    with pytest.raises(CommandError, match=answer):
        said("migrate", *arguments)
    assert fleet.ledgers() == before


def test_a_check_of_what_is_on_disk(fleet: Fleet):
    fleet.on_disk("answered")
    assert "safe because nobody keeps parcels for long" in said("check")
    fleet.on_disk("unsafe")
    with pytest.raises(CommandError, match=r"releases\.0002_wider: change what is flagged, or say"):
        said("check")
    fleet.on_disk("first")
    assert said("check")[-1].endswith("none locks or rewrites unannounced.")
