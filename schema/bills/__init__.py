"""How operators pay the platform, and the inbox of the payment provider, in the API."""
