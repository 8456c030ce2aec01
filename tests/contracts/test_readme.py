"""What the README shows is what the API takes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from graphql import parse, validate

from schema.root import schema

README = settings.BASE_DIR / "README.md"
PAGES = [README, *(settings.BASE_DIR / "platform").rglob("README.md")]


def snippets(page: Path) -> list[str]:
    return re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL)


def test_the_day_is_five_snippets():
    assert len(snippets(README)) == 5


@pytest.mark.parametrize("snippet", [each for page in PAGES for each in snippets(page)])
def test_each_snippet_is_valid(snippet: str):
    assert validate(schema._schema, parse(snippet)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_page_that_a_page_names_exists(page: Path):
    for named in re.findall(r"\]\(([^)]+\.md)\)", page.read_text()):
        assert (page.parent / named).is_file(), named
