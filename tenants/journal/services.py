"""Writing down what happened, and carrying a mutation out once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from kernel.crypto import blind_index
from kernel.events import Fact, announce, hint_after_commit
from kernel.refusals import IdempotencyKeyReused as IdempotencyKeyReused
from kernel.texts import line_checked
from tenants.journal.models import Event, IdempotencyKey


def event_record(
    *,
    kind: str,
    subject: UUID,
    stream: str,
    seq: int,
    actor_id: UUID | None,
    at: datetime,
    data: dict[str, Any],
) -> Event:
    """Write one event, tell the listeners of `kind`, and hint to live readers after the commit.

    The caller holds the lock of the row that `stream` names and has just taken `seq` under it.
    """
    event = Event.objects.create(
        kind=kind, stream=stream, seq=seq, actor_id=actor_id, at=at, data=data
    )
    announce(Fact(kind=kind, subject=subject, at=at, data=data))
    hint_after_commit(log_only=True)
    return event


@transaction.atomic
def idempotent(
    *,
    actor_id: UUID,
    operation: str,
    key: str,
    inputs: dict[str, Any],
    at: datetime,
    act: Callable[[], UUID],
) -> UUID:
    """Carry `act` out once per (actor, operation, key) and answer the id that it returned.

    The row is taken first, so that a second caller with the same key waits for the first and then
    reads its result; a refusal undoes the row with everything else. `inputs` must be plain JSON.
    Raises `IdempotencyKeyReused` when the key was used with other inputs, `InvalidInput` for a key
    that is empty or longer than 80 characters, and what `act` raises.
    """
    key = line_checked(key, field="idempotencyKey", max_length=80)
    # Keyed: a receipt PIN among the inputs could be guessed from a plain digest.
    digest = blind_index("idempotency", orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS).decode())
    row, is_first = IdempotencyKey.objects.get_or_create(
        actor_id=actor_id,
        operation=operation,
        key=key,
        defaults={"input_hash": digest, "at": at},
    )
    if is_first:
        row.result_id = act()
        row.save(update_fields=["result_id"])
    elif bytes(row.input_hash) != digest:
        raise IdempotencyKeyReused
    assert row.result_id is not None
    return row.result_id
