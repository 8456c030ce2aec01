"""What a brand is made of: colours and a logo."""

import re
from datetime import datetime

from kernel.files import StoredFile, Upload, store_image
from kernel.refusals import InvalidInput

_COLOR = re.compile(r"#[0-9a-f]{6}")


def color_checked(color: str, *, field: str) -> str:
    """`color` as `#rrggbb` in lower case. Raises `InvalidInput(field)` for anything else."""
    lower = color.lower()
    if not _COLOR.fullmatch(lower):
        raise InvalidInput(field=field, reason="a colour is written #rrggbb")
    return lower


def store_logo(upload: Upload, *, at: datetime) -> StoredFile:
    """Keep an operator's logo, at most 2 MB. Raises like `store_image`."""
    return store_image(upload, folder="brand", max_bytes=2_000_000, at=at)
