"""What people tell each other: reviews."""
