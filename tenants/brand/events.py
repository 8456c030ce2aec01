"""What is announced on the stream `brand`."""

from typing import Final

STREAM: Final = "brand"
PAUSED: Final = "brand.paused"
RESUMED: Final = "brand.resumed"
