"""What a process keeps of rows that never change: what is read out of tariffs and versions."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from kernel.tenancy import current_tenant


class Kept[V]:
    """The values that were used last, at most `most` of them, each by its tenant and a key.

    Only for what can never change once it is there: nothing here is ever forgotten for being old.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[tuple[str, Hashable], V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The bound tenant's value of that key: what `make` gives the first time."""
        whole = current_tenant().label, key
        with self._lock:
            if whole in self._values:
                self._values.move_to_end(whole)
                return self._values[whole]
        value = make()
        with self._lock:
            self._values[whole] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
