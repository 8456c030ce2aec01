"""The verbs of couriers: applying, being reviewed, being on duty."""
