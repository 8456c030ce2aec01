"""A service's declaration in the API: what it asks, does, demands, says and costs to cancel."""
