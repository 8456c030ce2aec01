"""What the demo tells people and scripts once it is up."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_QUERY = (
    "{ brand { name currency }"
    " services(first: 3) { edges { node { name priceFrom { formatted } } } } }"
)


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in: by password (`identifier` an email) or phone code."""

    host: str
    role: str
    identifier: str
    secret: str


@dataclass(frozen=True)
class Place:
    """Where one host of the product is reached."""

    slug: str
    host: str
    port: int

    def addresses(self) -> dict[str, str]:
        """Its GraphQL endpoint, its live endpoint, what to connect to, and its Host header."""
        return {
            "graphql": f"http://{self.host}:{self.port}/graphql",
            "live": f"ws://{self.host}:{self.port}/graphql",
            "connect": f"127.0.0.1:{self.port}",
            "host": self.host,
            "app": self.app_address(),
        }

    def app_address(self) -> str:
        """Its web app: the owner's console on the platform's host, else the operators' panel."""
        app = "console" if self.slug == "platform" else "panel"
        return f"http://{self.host}:{self.port}/{app}"


def ready_document(platform: Place, tenants: list[Place], logins: list[Login]) -> dict[str, Any]:
    """What `--ready-file` holds."""
    return {
        "platform": platform.addresses(),
        "tenants": [{"slug": tenant.slug, **tenant.addresses()} for tenant in tenants],
        "logins": [vars(login) for login in logins],
    }


def write_ready_file(file: Path, document: dict[str, Any]) -> None:
    """Write it whole or not at all, so that a script that waits for it never reads a half."""
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(json.dumps(document, ensure_ascii=False, indent=2))
    draft.rename(file)


def announcement(platform: Place, tenants: list[Place], logins: list[Login], env_file: Path) -> str:
    """The same for a person."""
    lines = ["", "Daiqu is up. Open in a browser (its app; GraphiQL):", ""]
    lines += [
        f"  {place.slug:<10} {place.app_address():<40} {place.addresses()['graphql']}"
        for place in (platform, *tenants)
    ]
    lines += ["", "Sign in as (password, or the code that is sent to a phone):", ""]
    lines += [
        f"  {login.host:<22} {login.role:<14} {login.identifier:<28} {login.secret}"
        for login in logins
    ]
    first = tenants[0].addresses()
    lines += [
        "",
        "A first query:",
        "",
        f"  curl -s {first['graphql']} -H 'content-type: application/json' \\",
        f"    -d '{json.dumps({'query': FIRST_QUERY})}'",
        "",
        "A command for all operators, in another terminal:",
        "",
        f"  ENV_FILE={env_file} uv run manage.py fleet status",
        "",
        "Ctrl-C stops it; --reset starts afresh.",
    ]
    return "\n".join(lines)
