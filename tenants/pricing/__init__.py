"""Rules, published tariffs, and quotes: what a service costs and why."""
