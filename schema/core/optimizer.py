"""strawberry-django's optimizer, without the hook that it puts around every field.

Each field of this schema that answers rows is a strawberry-django field, which asks the optimizer
by itself; the hook, a call per leaf, only serves querysets that plain fields return.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from strawberry_django.optimizer import DjangoOptimizerExtension, optimizer

# Never registered with the schema, so its hook does not run; it keeps nothing of a request.
_OPTIMIZER: Final = DjangoOptimizerExtension()


@contextmanager
def optimizing() -> Iterator[None]:
    """Within it, querysets that fields answer are narrowed to the selection and prefetched."""
    token = optimizer.set(_OPTIMIZER)
    try:
        yield
    finally:
        optimizer.reset(token)
