"""Who gets an order: offers and assignments."""
