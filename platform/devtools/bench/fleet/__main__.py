"""python -m devtools.bench.fleet FILE ACTION ARGUMENT…: one measurement, written as JSON.

Each runs in a process of its own, under the environment of the server that it is about.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from devtools.bench.fleet import backend, grow, released  # noqa: E402  (needs the apps)

file, action, *arguments = sys.argv[1:]
password = os.environ["DEMO_LOGIN_PASSWORD"]
found: Any = None
match action:
    case "prepare":
        grow.prepare(password)
    case "grow":
        for number in grow.grow(range(*map(int, arguments)), password=password):
            Path(file).write_text(json.dumps(number))
    case "blanks":
        grow.blanks(int(arguments[0]))
    case "backend":
        found = backend.backend_memory()
    case "release":
        found = released.release_of(int(arguments[0]))
    case "release-theirs":
        found = released.release_of_theirs()
    case "revert":
        released.revert()
    case "created":
        found = released.created_by_migrations()
Path(file).write_text(json.dumps(found))
