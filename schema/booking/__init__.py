"""Appointments and shifts in the API."""
