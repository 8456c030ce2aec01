"""Writes of people, their rights and their sessions; a module per concern."""
