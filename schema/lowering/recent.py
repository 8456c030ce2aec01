"""What was asked for lately."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class Recent[K: Hashable, V]:
    """A mapping that forgets what was not asked for longest; for threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """The value, which is now the latest; None where there is none."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> V:
        """Keep it; whoever was first wins."""
        with self._lock:
            kept = self._kept.setdefault(key, value)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
            return kept

    def drop(self, key: K) -> None:
        """Forget it."""
        with self._lock:
            self._kept.pop(key, None)

    def __len__(self) -> int:
        return len(self._kept)

    def values(self) -> list[V]:
        """All that is kept."""
        with self._lock:
            return [*self._kept.values()]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
