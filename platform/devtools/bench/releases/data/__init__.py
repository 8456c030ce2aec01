"""Migrations of one state of the bench's app."""
