"""Somebody with an app: speaks HTTP and sockets to a real server, as any client would."""

import re
import time
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.live.client import Live, Wire

PNG = Path(__file__).with_name("parcel.png")


class World:
    """A running installation: the live server, and what it printed."""

    def __init__(self, live: Live, printed: Path) -> None:
        self.live = live
        self.printed = printed

    def sms_code(self, phone: str) -> str:
        """The last code that the console gateway printed for `phone`."""
        for _ in range(50):
            found = re.findall(rf"to \{phone}: your code is (\d+)", self.printed.read_text())
            if found:
                return str(found[-1])
            time.sleep(0.1)
        raise AssertionError(f"no code for {phone} in {self.printed.read_text()!r}")


class Caller:
    """One person's app on one host."""

    def __init__(self, world: World, host: str) -> None:
        self.world = world
        self.host = host
        self.token: str | None = None
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{world.live.port}", timeout=20)

    def post(self, document: str, **variables: Any) -> Any:
        """The whole answer."""
        return self._sent(json={"query": document, "variables": variables})

    def read(self, document: str, **variables: Any) -> Any:
        """The data of a query."""
        answer = self.post(document, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def act(self, name: str, selection: str, /, **input: Any) -> Any:
        """The result of mutation `name` whichever member of its union it is; `_is` names it."""
        answer = self.post(self._mutation(name, selection), input=input)
        assert "errors" not in answer, answer
        return answer["data"][name]

    def done(self, name: str, selection: str, /, **input: Any) -> Any:
        """The same, where it must succeed."""
        result = self.act(name, selection, **input)
        assert result["_is"].endswith("Success"), result
        return result

    def refused(self, name: str, /, **input: Any) -> str:
        """The code with which the mutation is refused, or its right is missing."""
        answer = self.post(self._mutation(name, ""), input=input)
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        assert answer["data"][name]["_is"].endswith("Error"), answer
        return str(answer["data"][name]["code"])

    def upload(self, name: str, selection: str, field: str, /, **input: Any) -> Any:
        """A mutation with a picture in `field` of its input, as a multipart request."""
        operations = {
            "query": self._mutation(name, selection),
            "variables": {"input": {**input, field: None}},
        }
        answer = self._sent(
            data={
                "operations": orjson.dumps(operations).decode(),
                "map": orjson.dumps({"0": [f"variables.input.{field}"]}).decode(),
            },
            files={"0": ("parcel.png", PNG.read_bytes(), "image/png")},
        )
        assert "errors" not in answer, answer
        return answer["data"][name]

    def socket(self) -> Any:
        """A websocket to this host; see `Wire`."""
        return self.world.live.open(self.host)

    async def signed_in(self, wire: Wire) -> Wire:
        """The same socket after `connection_init` with this person's token."""
        return await wire.begin(self.token)

    def sign_in_by_phone(self, phone: str, name: str) -> None:
        """Ask for a code, read it where it was printed, type it in."""
        self.done("phoneCodeRequest", "secondsValid", phone=phone)
        code = self.world.sms_code(phone)
        signed_in = self.done("signInWithPhone", "token", phone=phone, code=code, name=name)
        self.token = signed_in["token"]

    def _sent(self, **body: Any) -> Any:
        """The answer; beyond a plan's rate an app waits for as long as it is told."""
        headers = {**self._headers(), "GraphQL-Require-Preflight": "1"}
        answer = self.http.post("/graphql", headers=headers, **body)
        while answer.status_code == 429:
            time.sleep(int(answer.headers["Retry-After"]))
            answer = self.http.post("/graphql", headers=headers, **body)
        return answer.json()

    def _mutation(self, name: str, selection: str) -> str:
        type_name = name[0].upper() + name[1:]
        success = "SignInSuccess" if name.startswith(("signIn", "invitation")) else None
        success = success or f"{type_name}Success"
        chosen = f"... on {success} {{ {selection} }}" if selection else ""
        return f"""mutation ($input: {type_name}Input!) {{
            {name}(input: $input) {{ _is: __typename {chosen} ... on UserError {{ code message }} }}
        }}"""

    def _headers(self) -> dict[str, str]:
        headers = {"Host": f"{self.host}:{self.world.live.port}", "Accept-Language": "en"}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
