"""People, their rights, their sessions, and the record of who tried what."""
