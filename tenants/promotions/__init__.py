"""Promotions, codes, referrals: what is taken off a price, for whom, and how often."""
