"""A request's parameters, read by name and type; one that nobody reads is an error."""

from collections.abc import Iterable
from typing import Any

from tests.fakes.stripe.errors import ApiError, invalid


class Params:
    """What was sent. A handler reads all it knows, calls `done`, and only then acts."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self.values = values
        self._path = path
        self._read: set[str] = set()
        self._inner: list[Params] = []

    def name_of(self, name: str) -> str:
        """How an error names a parameter: `items[0][price]`."""
        return f"{self._path}[{name}]" if self._path else name

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def done(self) -> None:
        """Raises `ApiError` if there is a parameter that was not read."""
        for name in self.values.keys() - self._read:
            full = self.name_of(name)
            raise invalid(
                f"Received unknown parameter: {full}", param=full, code="parameter_unknown"
            )
        for inner in self._inner:
            inner.done()

    def text(self, name: str) -> str | None:
        """A text; None when absent or empty, which is how the API unsets."""
        value = self._take(name)
        if isinstance(value, dict | list):
            raise invalid(f"Invalid string: {value}", param=self.name_of(name))
        return value or None

    def need(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise self._absent(name)
        return value

    def choice(self, name: str, of: Iterable[str], default: str | None = None) -> str | None:
        """One of a few words."""
        value = self.text(name) or default
        if value is not None and value not in of:
            allowed = ", ".join(of)
            message = f"Invalid {self.name_of(name)}: must be one of {allowed}"
            raise invalid(message, param=self.name_of(name))
        return value

    def number(self, name: str) -> int | None:
        """A whole number."""
        value = self.text(name)
        try:
            return None if value is None else int(value)
        except ValueError:
            full = self.name_of(name)
            message = f"Invalid integer: {value}"
            raise invalid(message, param=full, code="parameter_invalid_integer") from None

    def need_number(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.number(name)
        if value is None:
            raise self._absent(name)
        return value

    def flag(self, name: str) -> bool | None:
        """`true` or `false`."""
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=self.name_of(name))
        return None if value is None else value == "true"

    def inner(self, name: str) -> "Params":
        """A hash; an empty one when absent."""
        value = self._take(name)
        if value in (None, ""):
            value = {}
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=self.name_of(name))
        return self._nested(value, self.name_of(name))

    def hashes(self, name: str) -> list["Params"]:
        """A list of hashes."""
        value = self._take(name) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise invalid("Invalid array", param=self.name_of(name))
        return [
            self._nested(each, f"{self.name_of(name)}[{number}]")
            for number, each in enumerate(value)
        ]

    def texts(self, name: str) -> list[str] | None:
        """A list of texts; None when absent."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise invalid("Invalid array", param=self.name_of(name))
        return value

    def plain(self, name: str) -> Any:
        """Whatever was sent, as it is, for what is kept and shown without being looked at."""
        return self._take(name)

    def metadata(self, present: dict[str, str] | None = None) -> dict[str, str]:
        """`present` with what was sent merged in; an empty value removes its key."""
        sent = self._take("metadata")
        if sent == "":
            return {}
        merged = {**(present or {}), **(sent or {})}
        return {key: value for key, value in merged.items() if value != ""}

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self.values.get(name)

    def _nested(self, values: dict[str, Any], path: str) -> "Params":
        inner = Params(values, path)
        self._inner.append(inner)
        return inner

    def _absent(self, name: str) -> ApiError:
        full = self.name_of(name)
        message = f"Missing required param: {full}."
        return invalid(message, param=full, code="parameter_missing")
