"""python -m devtools.bench FILE QUOTES [probe]: fill an empty database, and write what is known.

As JSON: `filled`, and `probed` where that is asked for.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

django.setup()

from devtools.bench.fill import fill_both, host_of, tenant_made  # noqa: E402  (needs the apps)
from devtools.bench.probe import probe  # noqa: E402
from devtools.bench.storefront import shop_fill  # noqa: E402

SHOP = "shop"
file, quotes, *more = sys.argv[1:]
filled = [*fill_both(quotes=int(quotes)), shop_fill(tenant_made(SHOP), host=host_of(SHOP))]
known: dict[str, Any] = {"filled": [asdict(each) for each in filled]}
if more == ["probe"]:
    known["probed"] = probe(*filled)
Path(file).write_text(json.dumps(known))
