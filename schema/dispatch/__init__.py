"""Offers and assignments in the API."""
