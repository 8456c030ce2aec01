"""PostgreSQL and Valkey out of wheels: no system packages, no root, no container."""
