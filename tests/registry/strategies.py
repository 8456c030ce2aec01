"""Any template that could be written, for Hypothesis."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tenants.access.rights import CUSTOMER, DISPATCHER
from tenants.places.models import Place

CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "KWD"]


def texts() -> st.SearchStrategy[dict[str, str]]:
    words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
    return st.fixed_dictionaries({"en": words, "zh-Hans": words}, optional={"fr": words})


def amounts() -> st.SearchStrategy[dict[str, int]]:
    amount = st.integers(1, 10**6)
    return st.dictionaries(st.sampled_from([*CURRENCIES, "XOF"]), amount, min_size=1)


def services() -> st.SearchStrategy[dict[str, Any]]:
    need = st.sampled_from(["off", "optional", "required"])
    on_site = st.fixed_dictionaries(
        {"kind": st.just("on_site"), "name": texts()},
        optional={
            "summary": texts(),
            "description": texts(),
            "duration_minutes": st.integers(15, 960),
            "declaration": st.fixed_dictionaries(
                {
                    "stops": st.lists(
                        st.fixed_dictionaries(
                            {"kind": st.just("on_site")}, optional={"photo": need, "pin": need}
                        ),
                        min_size=1,
                        max_size=3,
                    )
                },
                optional={
                    "asked": st.fixed_dictionaries({}, optional={"weight": need, "items": need})
                },
            ),
        },
    )
    usual = st.fixed_dictionaries(
        {"kind": st.sampled_from(["pick_up", "delivery", "buy_for_me"]), "name": texts()}
    )
    return on_site | usual


def shelves() -> st.SearchStrategy[list[dict[str, Any]]]:
    leaf = st.fixed_dictionaries(
        {"name": texts()}, optional={"services": st.lists(services(), min_size=1, max_size=3)}
    )
    return st.lists(
        st.recursive(
            leaf,
            lambda below: st.fixed_dictionaries(
                {"name": texts(), "categories": st.lists(below, min_size=1, max_size=2)}
            ),
            max_leaves=4,
        ),
        min_size=1,
        max_size=3,
    )


def places() -> st.SearchStrategy[list[dict[str, Any]]]:
    metres = st.integers(-50_000, 50_000)
    plain = {
        "kind": st.sampled_from([kind.value for kind in Place.Kind]),
        "name": texts(),
        "offset": st.fixed_dictionaries({"north": metres, "east": metres}),
    }
    hours = st.sampled_from(
        ["daily 08:00-20:00", "mon,sun 09:00-12:00,13:00-24:00; tue 18:00-02:00"]
    )
    leaf = st.fixed_dictionaries(plain, optional={"hours": hours})
    return st.lists(
        st.recursive(
            leaf,
            lambda below: st.fixed_dictionaries(
                {**plain, "places": st.lists(below, min_size=1, max_size=3)}
            ),
            max_leaves=5,
        ),
        max_size=3,
        unique_by=lambda place: place["name"]["en"],
    )


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """Any template that could be written: shelves, services, a base price for all and for one."""
    categories = draw(shelves())
    names = [service["name"] for service in walk(categories)]
    for number, name in enumerate(names):
        name["en"] = f"{name['en']} {number}"  # no two of one English name
    rules = [{"step": "base", "label": draw(texts()), "params": {"amount": draw(amounts())}}]
    if names:
        own = {"service": names[-1]["en"], "label": draw(texts())}
        rules.append({"step": "base", **own, "params": {"amount": draw(amounts())}})
        params = {"per_hour": draw(amounts()), "minimum_minutes": draw(st.integers(0, 960))}
        rules.append({"step": "duration", **own, "params": params})
    return {
        "title": draw(texts()),
        "summary": draw(texts()),
        "catalog": {"categories": categories},
        "pricing": {"rules": rules},
        "places": draw(places()),
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "brand": st.fixed_dictionaries({}, optional={"slogan": texts()}),
                    "access": st.fixed_dictionaries(
                        {},
                        optional={
                            "role_names": st.dictionaries(
                                st.sampled_from([CUSTOMER, DISPATCHER]), texts()
                            )
                        },
                    ),
                },
            )
        ),
    }


def walk(categories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for category in categories:
        yield from category.get("services", ())
        yield from walk(category.get("categories", []))
