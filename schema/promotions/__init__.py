"""Promotions, codes and referrals in the API."""
