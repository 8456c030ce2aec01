"""python -m devtools.bench FILE QUOTES: fill an empty database, and write what is known as JSON."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

from devtools.bench.fill import fill_both, host_of, tenant_made  # noqa: E402  (needs the apps)
from devtools.bench.probe import probe  # noqa: E402
from devtools.bench.storefront import shop_fill  # noqa: E402

SHOP = "shop"
filled = [
    *fill_both(quotes=int(sys.argv[2])),
    shop_fill(tenant_made(SHOP), host=host_of(SHOP)),
]
known = {"filled": [asdict(each) for each in filled], "probed": probe(*filled)}
Path(sys.argv[1]).write_text(json.dumps(known))
