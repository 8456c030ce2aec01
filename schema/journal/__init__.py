"""The operator's audit log in the API."""
