"""A client of the API for measuring: one kept-alive connection, any host on it."""

import http.client
import json
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from devtools.bench.load import LoadError
from devtools.demo.environment import PLATFORM_HOST
from devtools.demo.operators import OPERATORS, OWNER_EMAIL, PHONE_CODE

PHONE: Final = OPERATORS[0].customers[0].phone
STOREFRONT: Final = """{ services(first: 20) { edges { node {
  id name kind category { id name } priceFrom { amount currency } rating { average count }
} } pageInfo { hasNextPage endCursor } } }"""
ONBOARD: Final = """mutation ($input: TenantOnboardInput!) { tenantOnboard(input: $input) {
  __typename ... on TenantOnboardSuccess { tenant { slug } invitationUrl }
  ... on UserError { code message } } }"""
CODE: Final = (
    """mutation ($phone: String!) { phoneCodeRequest(input: {phone: $phone}) { __typename } }"""
)
SIGN_IN: Final = """mutation ($phone: String!, $code: String!) {
  signInWithPhone(input: {phone: $phone, code: $code, name: "Maya"}) {
    ... on SignInSuccess { token } ... on UserError { code message } } }"""
QUOTE: Final = """mutation ($input: QuoteCreateInput!) { quoteCreate(input: $input) {
  __typename ... on QuoteCreateSuccess { quote { total { amount } lines { code } } }
  ... on UserError { code message } } }"""


@dataclass
class Client:
    """One connection to a server on 127.0.0.1."""

    port: int

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self, host: str, document: str, variables: dict[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        """The `data` of the answer. Raises `LoadError` for anything but success."""
        headers = {"Host": host, "Content-Type": "application/json", "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps({"query": document, "variables": variables or {}})
        self._connection.request("POST", "/graphql", body, headers)
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        said = json.dumps(answer)
        if response.status != 200 or "errors" in answer or '"code"' in said.partition("lines")[0]:
            raise LoadError(f"{host}: {response.status} {said[:500]}")
        data: dict[str, Any] = answer["data"]
        return data

    def timed(self, host: str, document: str) -> float:
        """Seconds that one answer takes."""
        began = perf_counter()
        self.ask(host, document)
        return perf_counter() - began


@dataclass(frozen=True)
class Onboarded:
    """Seconds that the mutation takes, that the first quote then takes, and from sending the one
    until the other is there: with the customer's own way in between, by a code to the phone.
    """

    answered: float
    priced: float
    until_quoted: float

    @property
    def with_quote(self) -> float:
        """Seconds of the operator's two answers: being made, and the first price."""
        return self.answered + self.priced


def owner_token(client: Client, password: str) -> str:
    """Sign in as the platform's owner."""
    document = f"""mutation {{ ownerSignIn(input: {{email: "{OWNER_EMAIL}",
        password: "{password}"}}) {{ ... on OwnerSignInSuccess {{ token }} }} }}"""
    token: str = client.ask(PLATFORM_HOST, document)["ownerSignIn"]["token"]
    return token


def onboard(client: Client, *, token: str, slug: str) -> Onboarded:
    """Take on an operator, sign in there as a customer, and get a price. Raises `LoadError`."""
    brand = {
        "name": [{"language": "en", "text": slug.title()}],
        "primaryColor": "#1677ff",
        "accentColor": "#fa8c16",
        "language": "en",
        "currency": "CNY",
        "timeZone": "Asia/Shanghai",
    }
    variables = {
        "input": {
            "name": slug,
            "slug": slug,
            "template": "campus_errands",
            "brand": brand,
            "administrator": {"name": "Ines", "email": f"ines@{slug}.example"},
            "idempotencyKey": slug,
        }
    }
    began = perf_counter()
    client.ask(PLATFORM_HOST, ONBOARD, variables, token)
    answered = perf_counter() - began
    host = f"{slug}.localhost"
    services = client.ask(host, STOREFRONT)["services"]["edges"]
    client.ask(host, CODE, {"phone": PHONE})
    customer = client.ask(host, SIGN_IN, {"phone": PHONE, "code": PHONE_CODE})
    service = next(edge["node"] for edge in services if edge["node"]["kind"] == "DELIVERY")
    point = [{"latitude": 31.02, "longitude": 121.43 + stop / 100} for stop in range(2)]
    quote = {
        "serviceId": service["id"],
        "stops": [{"position": {"point": each}, "detail": "301"} for each in point],
        "weightGrams": 1200,
    }
    asked = perf_counter()
    client.ask(host, QUOTE, {"input": quote}, customer["signInWithPhone"]["token"])
    ended = perf_counter()
    return Onboarded(answered, ended - asked, ended - began)
