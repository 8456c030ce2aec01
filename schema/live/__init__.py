"""What can be followed as it happens: subscriptions over websockets and event streams."""
