"""A caller of the API over Django's in-process HTTP client: real middleware, view and database."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.test import Client


class Refused(AssertionError):
    """The API answered top-level errors where the test expected data."""


class Api:
    """`api.run(document, {...}, token=...)` on one host; `data` or `Refused`."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.client = Client(headers={"host": host})

    def post(self, document: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """The raw JSON answer."""
        response = self.client.post(
            "/graphql",
            {"query": document, "variables": variables or {}},
            content_type="application/json",
            headers=headers,
        )
        return response.json()

    def run(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        language: str = "en",
    ) -> Any:
        """The answer's `data`. Raises `Refused` with the errors when there are any."""
        headers = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self.post(document, variables, **headers)
        if "errors" in answer:
            raise Refused(answer["errors"])
        return answer["data"]

    def upload(
        self,
        document: str,
        variables: dict[str, Any],
        files: dict[str, UploadedFile],
        *,
        token: str | None = None,
        language: str | None = None,
    ) -> Any:
        """`run` with files: each key is a path in the variables, such as `input.photo`."""
        answer = self.upload_answer(document, variables, files, token=token, language=language)
        if "errors" in answer:
            raise Refused(answer["errors"])
        return answer["data"]

    def upload_answer(
        self,
        document: str,
        variables: dict[str, Any],
        files: dict[str, UploadedFile],
        *,
        token: str | None = None,
        language: str | None = None,
    ) -> Any:
        """The raw JSON answer to what `upload` sends; in the operator's language, or in this."""
        names = {str(number): path for number, path in enumerate(files)}
        response = self.client.post(
            "/graphql",
            {
                "operations": json.dumps({"query": document, "variables": variables}),
                "map": json.dumps({name: [f"variables.{path}"] for name, path in names.items()}),
                **{name: files[path] for name, path in names.items()},
            },
            headers={
                "GraphQL-Require-Preflight": "1",
                **({"Accept-Language": language} if language else {}),
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
        )
        return response.json()

    def error_code(
        self, document: str, variables: dict[str, Any] | None = None, *, token: str | None = None
    ) -> str:
        """The `extensions.code` of the first top-level error. Raises `KeyError` if none."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.post(document, variables, **headers)["errors"][0]["extensions"]["code"]
