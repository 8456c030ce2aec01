"""What stands between a draft and its publishing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.refusals import Refusal
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.compiler import Finding, declaration_findings
from tenants.catalog.models import Service


@dataclass(eq=False)
class DeclarationBroken(Refusal):
    """The draft would let people down: `fault`, at `path`, as `example` (JSON) shows.

    `others` more were found: the draft lists them all.
    """

    fault: str
    path: str
    example: str
    others: int


def service_findings(service: Service, *, languages: Sequence[str]) -> list[Finding]:
    """All that is wrong with a draft, but for its price; `languages` are promised to customers."""
    texts = {
        "name": service.name,
        "summary": service.summary,
        "description": service.description,
    }
    declaration = Declaration.parse(service.declaration)
    return declaration_findings(declaration, texts, languages=languages)


def findings_refuse(findings: list[Finding]) -> None:
    """Raises `DeclarationBroken` if there are any."""
    if findings:
        first, *others = findings
        raise DeclarationBroken(
            fault=first.fault,
            path=first.path,
            example=json.dumps(dict(first.example), ensure_ascii=False, sort_keys=True),
            others=len(others),
        )
