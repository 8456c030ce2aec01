"""Prices and quotes in the API."""
