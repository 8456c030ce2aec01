"""python -m devtools.bench FILE QUOTES: fill an empty database, and write what is known as JSON."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

from devtools.bench.fill import fill_both  # noqa: E402  (needs the apps)
from devtools.bench.probe import probe  # noqa: E402

filled = fill_both(quotes=int(sys.argv[2]))
known = {"filled": [asdict(each) for each in filled], "probed": probe(*filled)}
Path(sys.argv[1]).write_text(json.dumps(known))
