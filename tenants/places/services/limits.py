"""What all of them may refuse."""

from dataclasses import dataclass
from typing import Final

from kernel.refusals import Refusal

NAME_LENGTH: Final = 60


@dataclass(eq=False)
class TooMany(Refusal):
    """There are as many as may be: `limit`. Remove one first."""

    limit: int


def tag_cased(text: str) -> str:
    """A heading comes in small letters: `zh-hans` is `zh-Hans`, `pt-br` is `pt-BR`."""
    first, *rest = text.split("-")
    cased = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first, *cased])
