"""Two tables, one with personal data in it."""
