"""Whoever fulfils an order, on wheels or on site."""
