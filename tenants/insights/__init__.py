"""What the orders, the books and the couriers' days add up to. Reads only: no tables of its own."""
