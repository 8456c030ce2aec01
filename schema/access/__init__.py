"""People, their rights and their sessions in the API."""
