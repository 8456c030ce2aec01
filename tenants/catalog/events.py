"""What the catalogue announces to the layers above."""

from typing import Final

SERVICE_PUBLISHED: Final = "service.published"
"""A version went on sale, inside the transaction that made it. The subject is the service.

Publishing does not ask for a price, since prices live above: the layer that has them answers this
fact by setting `price_from`, and refuses quotes for what it cannot price.
"""
