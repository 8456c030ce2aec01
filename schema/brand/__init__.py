"""The operator's brand in the API."""
