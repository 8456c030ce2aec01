"""What an operator sells: categories, services and their immutable versions."""
