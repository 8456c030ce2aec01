"""Life cycles as tables: one `Transitions` per life cycle, readable at a glance in `states.py`."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.refusals import Refusal


@dataclass(eq=False)
class IllegalMove(Refusal):
    """The table has no such move from the present state."""

    state: str
    move: str


@dataclass(frozen=True)
class Move:
    """One row of a table: a named move from any of `sources` to `target`, open to `roles`."""

    name: str
    sources: frozenset[str]
    target: str
    roles: frozenset[str]


class Transitions:
    """A life cycle: its moves in the order they are written.

    Raises `ValueError` when two rows share a name, since a move is found by its name.
    """

    def __init__(self, *moves: Move) -> None:
        self.moves = {move.name: move for move in moves}
        if len(self.moves) != len(moves):
            raise ValueError("two moves share a name")

    def check(self, *, state: str, move: str) -> str:
        """The state that `move` leads to. Raises `IllegalMove` when the table forbids it."""
        row = self.moves[move]
        if state not in row.sources:
            raise IllegalMove(state=str(state), move=move)
        return row.target

    def open_moves(self, *, state: str, roles: Iterable[str]) -> list[str]:
        """Names of the moves that the table allows `roles` from `state`, in table order."""
        held = frozenset(roles)
        return [m.name for m in self.moves.values() if state in m.sources and m.roles & held]


def move(name: str, sources: Iterable[str], target: str, *roles: str) -> Move:
    """One row, written as it reads: name, from, to, who."""
    return Move(name, frozenset(map(str, sources)), str(target), frozenset(roles))
