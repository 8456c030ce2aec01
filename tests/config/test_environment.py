"""Every setting is told of in .env.example, and reaches the containers."""

import re

from django.conf import settings

SETTINGS = (settings.BASE_DIR / "platform" / "config" / "settings.py").read_text()
EXAMPLE = (settings.BASE_DIR / ".env.example").read_text()
COMPOSE = (settings.BASE_DIR / "docker-compose.yml").read_text()

READ = {
    *re.findall(r'\benv(?:\.\w+)?\(\s*"(\w+)"', SETTINGS),
    *re.findall(r'_database\(f"(\w+)\{suffix\}"', SETTINGS),
}


def test_what_is_read_is_known():
    assert {"SECRET_KEY", "MAP_KEY", "TRUSTED_DOCUMENTS", "EMAIL_URL", "DATABASE_URL"} <= READ


def test_every_setting_is_in_the_example():
    told = {*re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE)}
    assert READ - told == set()


def test_every_setting_reaches_the_containers():
    common = COMPOSE.split("environment: &environment\n")[1].split("\n  volumes:")[0]
    assert READ - {*re.findall(r"^ {4}([A-Z0-9_]+): ", common, re.MULTILINE)} == set()
