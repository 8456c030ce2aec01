"""A life cycle is a table, and the table is what holds."""

import pytest

from kernel.transitions import IllegalMove, Transitions, move

LIFE = Transitions(
    move("open", ["shut"], "ajar", "porter"),
    move("shut", ["ajar", "wide"], "shut", "porter", "guest"),
)


def test_a_move_leads_where_the_table_says():
    assert LIFE.check(state="shut", move="open") == "ajar"
    with pytest.raises(IllegalMove) as refused:
        LIFE.check(state="shut", move="shut")
    assert refused.value.data() == {"state": "shut", "move": "shut"}


def test_open_moves_are_those_of_the_callers_roles():
    assert LIFE.open_moves(state="ajar", roles=["guest"]) == ["shut"]
    assert LIFE.open_moves(state="shut", roles=["guest"]) == []
    assert LIFE.open_moves(state="shut", roles=["porter", "guest"]) == ["open"]


def test_two_moves_cannot_share_a_name():
    with pytest.raises(ValueError, match="share a name"):
        Transitions(move("a", ["x"], "y"), move("a", ["y"], "x"))
