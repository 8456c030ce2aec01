"""What the README shows is what the API takes."""

import re

import pytest
from django.conf import settings
from graphql import parse, validate

from schema.root import schema

README = (settings.BASE_DIR / "README.md").read_text()
SNIPPETS = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)


def test_the_day_is_five_snippets():
    assert len(SNIPPETS) == 5


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_each_snippet_is_valid(snippet: str):
    assert validate(schema._schema, parse(snippet)) == []


def test_every_page_it_names_exists():
    for page in re.findall(r"\]\(([^)]+\.md)\)", README):
        assert (settings.BASE_DIR / page).is_file(), page
