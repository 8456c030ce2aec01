"""Who lives in the demo: the owner, two operators, and the people of each."""

from dataclasses import dataclass
from typing import Any

from devtools.demo.announce import Login

OWNER_EMAIL = "olga@daiqu.example"
PHONE_CODE = "246810"
"""The code that the demo's own phones are sent, so that scripts can sign in as its people."""


@dataclass(frozen=True)
class Person:
    """A customer or courier, who signs in by phone."""

    name: str
    phone: str


@dataclass(frozen=True)
class Staff:
    """Somebody in the back office, who signs in by password."""

    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Operator:
    """One operator of the demo. Positions are (latitude, longitude) in WGS-84.

    The `applicant` would like to be a courier, and waits for an answer.
    """

    slug: str
    name: str
    template: str
    brand: dict[str, Any]
    hosts: tuple[str, ...]
    staff: tuple[Staff, ...]
    couriers: tuple[Person, ...]
    applicant: Person
    customers: tuple[Person, ...]
    centre: tuple[float, float]
    radius_degrees: float
    zone: dict[str, str]
    places: tuple[tuple[str, dict[str, str]], ...]


OPERATORS = (
    Operator(
        slug="qinghe",
        name="青禾校园代取",
        template="campus_errands",
        brand={
            "name": {"zh-Hans": "青禾校园代取", "en": "Qinghe Campus Errands"},
            "slogan": {
                "zh-Hans": "快递、带饭、打印，送到宿舍楼下",
                "en": "Parcels, meals and prints, brought to your dormitory",
            },
            "primary_color": "#0f9d58",
            "accent_color": "#f4b400",
            "language": "zh-Hans",
            "currency": "CNY",
            "time_zone": "Asia/Shanghai",
        },
        # The first operator also answers under the names that a browser tries first.
        hosts=("qinghe.localhost", "localhost", "127.0.0.1"),
        staff=(
            Staff("叶青", "yeqing@qinghe.example", "administrator"),
            Staff("陈默", "chenmo@qinghe.example", "dispatcher"),
        ),
        couriers=(Person("赵小马", "+8613800138011"), Person("孙一帆", "+8613800138012")),
        applicant=Person("周可", "+8613800138013"),
        customers=(Person("李若雨", "+8613800138021"), Person("王子安", "+8613800138022")),
        centre=(31.0252, 121.4337),
        radius_degrees=0.02,
        zone={"zh-Hans": "主校区", "en": "Main campus"},
        places=(
            ("station", {"zh-Hans": "南门菜鸟驿站", "en": "South Gate parcel station"}),
            ("station", {"zh-Hans": "第二食堂", "en": "Canteen No. 2"}),
            ("building", {"zh-Hans": "兰园 3 栋", "en": "Lanyuan dormitory 3"}),
            ("building", {"zh-Hans": "竹园 7 栋", "en": "Zhuyuan dormitory 7"}),
            ("gate", {"zh-Hans": "东门", "en": "East gate"}),
        ),
    ),
    Operator(
        slug="hearth",
        name="Hearth & Home",
        template="home_services",
        brand={
            "name": {"en": "Hearth & Home", "zh-Hans": "炉边家政"},
            "slogan": {
                "en": "Cleaning, repairs and care, at your door",
                "zh-Hans": "保洁维修，上门服务",
            },
            "primary_color": "#8c4a2f",
            "accent_color": "#2f6f8c",
            "language": "en",
            "currency": "GBP",
            "time_zone": "Europe/London",
        },
        hosts=("hearth.localhost",),
        staff=(
            Staff("Harriet Cole", "harriet@hearth.example", "administrator"),
            Staff("Idris Khan", "idris@hearth.example", "dispatcher"),
        ),
        couriers=(Person("Tomas Novak", "+447911123411"), Person("Bea Clarke", "+447911123412")),
        applicant=Person("Nia Roberts", "+447911123413"),
        customers=(Person("Maya Osei", "+447911123421"), Person("Ben Hart", "+447911123422")),
        centre=(51.4545, -2.5879),
        radius_degrees=0.06,
        zone={"en": "Bristol", "zh-Hans": "布里斯托"},
        places=(),
    ),
)


def phones() -> list[str]:
    """Every phone of the demo's people, in E.164."""
    return [person.phone for o in OPERATORS for person in (*o.couriers, o.applicant, *o.customers)]


def logins(*, password: str) -> list[Login]:
    """Everybody who can sign in; staff share the demo's password, phones its code."""
    found = [Login("platform.localhost", "owner", OWNER_EMAIL, password)]
    for operator in OPERATORS:
        host = f"{operator.slug}.localhost"
        found += [Login(host, who.role, who.email, password) for who in operator.staff]
        found += [Login(host, "courier", who.phone, PHONE_CODE) for who in operator.couriers]
        found += [Login(host, "customer", who.phone, PHONE_CODE) for who in operator.customers]
    return found
