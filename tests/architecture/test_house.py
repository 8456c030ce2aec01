"""The laws of the house that no linter of others knows."""

import ast
import platform
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from kernel.tenancy.models import TenantModel
from registry.schemas import APPEND_ONLY

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "manage.py",
    "pyproject.toml",
    "uv.lock",
    "platform",
    "tenants",
    "schema",
    "frontend_contracts",
    "tests",
    "docker-compose.yml",
    "Dockerfile",
    "README.md",
}
CODE = ("platform", "tenants", "schema")


def tracked(*patterns: str) -> list[Path]:
    """The project's files, as git knows them, tracked or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def trees(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Each Python file below `folders` that is not a migration, parsed."""
    for path in tracked("*.py"):
        name = str(path.relative_to(ROOT))
        if name.startswith(folders) and "/migrations/" not in name:
            yield name, ast.parse(path.read_text())


def calls(tree: ast.AST) -> set[str]:
    """The dotted names that are called in `tree`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
    return found


def imports(tree: ast.AST) -> set[str]:
    """The modules that `tree` imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_platform_is_a_source_root_and_never_a_package():
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not Path(platform.__file__).is_relative_to(ROOT)


def test_nothing_else_belongs_at_the_top():
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_imports_go_one_way():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "PATH": ""}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout


def test_every_top_package_is_under_the_import_contract():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.name for path in (ROOT / "platform").iterdir() if path.is_dir()}
    packages -= {"__pycache__"}
    assert packages | {"tenants", "schema"} == set(contract["root_packages"])


def test_the_folder_tells_the_schema():
    """A tenant's rows are TenantModels (or append-only logs), and no relation crosses the wall."""
    tenant_apps = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    for model in apps.get_models():
        in_tenant = model._meta.app_label in tenant_apps
        if in_tenant and model._meta.db_table not in APPEND_ONLY:
            assert issubclass(model, TenantModel), model
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model:
                assert (field.related_model._meta.app_label in tenant_apps) == in_tenant, field


def test_append_only_tables_exist():
    assert {model._meta.db_table for model in apps.get_models()} >= APPEND_ONLY


@pytest.mark.parametrize(
    "folder", ["tenants", "platform/kernel", "platform/registry", "platform/billing"]
)
def test_the_clock_is_handed_in(folder: str):
    """Only schema/, jobs and commands read the clock."""
    readers = {"clock.now", "timezone.now", "datetime.now", "datetime.utcnow", "time.time"}
    for name, tree in trees(folder):
        if name.endswith(("/jobs.py", "kernel/clock.py")) or "/management/" in name:
            continue
        assert not calls(tree) & readers, name


def test_no_way_around_the_scope():
    """What does not inherit the scope, or remembers one, appears where it is known to be safe."""
    banned = {"threading.Thread", "Thread", "run_in_executor", "set_tenant", "schema_context"}
    banned |= {"tenant_context"}
    safe = {
        "platform/registry/listener.py",  # a bare driver connection that reads no table
        "platform/config/hints.py",  # a loop that speaks to the channel layer alone
        "platform/config/log_lines.py",  # it writes what others have said
        "platform/config/metering.py",  # what it calls binds the platform's scope by itself
        "platform/devtools/servers/process.py",  # runs before there is a database
    }
    for name, tree in trees(*CODE):
        found = {call.rpartition(".")[2] for call in calls(tree)} & {
            entry.rpartition(".")[2] for entry in banned
        }
        assert not found or name in safe, (name, found)


def test_a_vendor_is_imported_by_its_gateway_alone():
    gateways = {"stripe": {"platform/billing/gateway.py"}}
    for name, tree in trees(*CODE):
        for module in imports(tree):
            vendor = module.partition(".")[0]
            assert name in gateways.get(vendor, {name}), name


def test_vendors_are_never_patched():
    for name, tree in trees("tests"):
        assert not imports(tree) & {"unittest.mock", "mock"}, name
