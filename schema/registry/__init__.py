"""The platform's register in the API."""
