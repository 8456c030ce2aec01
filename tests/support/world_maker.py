"""How the rows of a world are numbered and marked, so that each tells whose it is."""

from uuid import UUID

from tenants.access.rights import ADMINISTRATOR, COURIER, CUSTOMER
from tests.support.cast import Cast, Member
from tests.support.database import fixed_id
from tests.support.marks import Mark


class Maker:
    """Who is in a world, and the ids, texts and figures of its rows."""

    def __init__(self, mark: Mark, people: Cast, first: int) -> None:
        self.mark, self.first = mark, first
        self.maya = self._person(people, 1, "Maya", CUSTOMER, phone=mark.phone)
        phone = f"{mark.phone[:-6]}99{mark.phone[-4:]}"
        self.tomas = self._person(people, 2, "Tomas", COURIER, CUSTOMER, phone=phone)
        self.ines = self._person(
            people, 3, "Ines", ADMINISTRATOR, email=f"ines{first}@{mark.slug}.test"
        )

    def id(self, number: int) -> UUID:
        return fixed_id(self.first + number)

    def text(self, word: str) -> str:
        return f"{self.mark.slug}-{word}"

    def texts(self, word: str) -> dict[str, str]:
        return {"en": self.text(word), "zh-Hans": self.text(word)}

    def figure(self, number: int) -> int:
        return self.mark.figures[number]

    @property
    def where(self) -> dict[str, float]:
        """Where the operator's places are."""
        return {"latitude": self.mark.degrees, "longitude": self.mark.degrees}

    @property
    def home(self) -> dict[str, float]:
        """Where people are."""
        return {"latitude": self.mark.degrees + 0.05, "longitude": self.mark.degrees + 0.05}

    def _person(self, people: Cast, number: int, name: str, *roles: str, **how: str) -> Member:
        return people.person(self.first + number, self.text(name), *roles, **how)
