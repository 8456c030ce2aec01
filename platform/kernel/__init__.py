"""What every layer leans on: tenancy, money, clock, ids, refusals, transitions. No tables."""
