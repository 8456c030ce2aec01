"""Reads at the speed of SQL: selections become expressions of one statement. See README.md."""
