"""Global ids: base64 of `Type:uuid`. A malformed one reads like one that never existed."""

from uuid import UUID

from strawberry.relay import GlobalID

from kernel.refusals import NotFound


def row_id(global_id: GlobalID, type_name: str) -> UUID:
    """The row's key. Raises `NotFound(type_name)` for an id of another type or no UUID."""
    try:
        if global_id.type_name == type_name:
            return UUID(global_id.node_id)
    except ValueError:
        pass
    raise NotFound(what=type_name)
