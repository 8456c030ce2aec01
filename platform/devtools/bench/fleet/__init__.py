"""How a fleet of tenants behaves: two servers side by side, one with few tenants, one with many."""
