"""What was paid, how and to whom, beside the ledger which says what it means."""
