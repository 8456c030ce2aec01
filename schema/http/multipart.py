"""Uploads: the GraphQL multipart request specification, behind a header that a form cannot send."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from schema.http.request import BadRequest, Parameters, parameters_of, parse_json

PREFLIGHT_HEADERS: Final = (
    "GraphQL-Require-Preflight",
    "Apollo-Require-Preflight",
    "X-Requested-With",
)
"""Any of them makes a browser ask first, so that no foreign page can send an upload unseen."""


class _Cap(FileUploadHandler):
    """Stops a request whose files together are larger than twice the largest single one."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > 2 * settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def read_multipart(request: HttpRequest) -> Parameters:
    """The parameters of a multipart POST, with the files where its map puts them."""
    if not any(header in request.headers for header in PREFLIGHT_HEADERS):
        raise BadRequest(f"An upload needs one of the headers {', '.join(PREFLIGHT_HEADERS)}.")
    request.upload_handlers.insert(0, _Cap(request))
    try:
        form, files = request.POST, request.FILES
    except RequestDataTooBig as error:
        raise BadRequest("The upload is too large.", status=413) from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise BadRequest("This is not a multipart form.") from error
    for name in (*form, *files):
        if len(form.getlist(name)) + len(files.getlist(name)) > 1:
            raise BadRequest(f"The form has more than one part {name!r}.")
    if "operations" not in form or "map" not in form:
        raise BadRequest("The form needs the parts operations and map, before its files.")
    parameters = parameters_of(parse_json(form["operations"]))
    operations = {"variables": parameters.variables}
    placed: set[str] = set()
    for name, path in _entries(form["map"]):
        if path in placed:
            raise BadRequest(f"Two files are mapped to {path!r}.")
        if name not in files:
            raise BadRequest(f"The file {name!r} is missing.")
        placed.add(path)
        _place(operations, path, files[name])
    return parameters


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """The map's pairs of a file's name and a path, in order."""
    if not isinstance(parse_json(text), dict):
        raise BadRequest("map must be an object.")
    # Once more with the standard library, which shows keys that are there twice.
    pairs: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=list)
    if len(dict(pairs)) != len(pairs):
        raise BadRequest("map names a file twice.")
    for name, paths in pairs:
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise BadRequest("map must hold lists of paths.")
        for path in paths:
            yield name, path


def _place(operations: Mapping[str, Any], path: str, file: object) -> None:
    """Put `file` where the null is that `path` (`variables.input.photo`) leads to."""
    *steps, last = path.split(".")
    target: Any = operations
    for step in steps:
        target = _at(target, step, path)
    if target is operations or _at(target, last, path) is not None:
        raise BadRequest(f"map leads to {path!r}, which is not a null in the variables.")
    target[int(last) if isinstance(target, list) else last] = file


def _at(target: Any, step: str, path: str) -> Any:
    if isinstance(target, dict) and step in target:
        return target[step]
    if isinstance(target, list) and step.isascii() and step.isdigit() and len(step) < 5:
        index = int(step)
        if index < len(target):
            return target[index]
    raise BadRequest(f"map leads to {path!r}, which is not a null in the variables.")
