"""The event log and the idempotency keys: the lowest layer."""
