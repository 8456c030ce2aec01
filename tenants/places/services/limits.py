"""What all of them may refuse."""

from dataclasses import dataclass
from typing import Final

from kernel.refusals import Refusal

NAME_LENGTH: Final = 60


@dataclass(eq=False)
class TooMany(Refusal):
    """There are as many as may be: `limit`. Remove one first."""

    limit: int
