"""Couriers in the API."""
