"""A quote taken up: the order, its stops, items and proofs."""
