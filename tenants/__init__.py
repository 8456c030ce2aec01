"""What one operator owns: one app per capability, all tables in each tenant's own schema."""
