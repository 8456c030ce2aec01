"""Vendors that cannot be reached: each a real, stateful server."""
