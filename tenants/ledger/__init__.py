"""Double entry, append-only: what money means here."""
