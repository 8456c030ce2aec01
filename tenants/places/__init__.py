"""Where an operator works: places, zones, and people's addresses."""
