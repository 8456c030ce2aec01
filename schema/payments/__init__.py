"""Payments, earnings and the ledger in the API."""
