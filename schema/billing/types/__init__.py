"""GraphQL types of plans and usage, and of operators' own subscriptions."""
