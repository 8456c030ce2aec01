"""Registers the app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """A quote taken up: the order, its stops, items and proofs."""

    name = "tenants.orders"
