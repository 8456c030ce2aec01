"""Places, zones and addresses in the API."""
