"""Appointments: free slots, bookings, what recurs, and shifts."""
