"""The platform's register in the API.

`types/`, `queries/` and `mutations/` have a module per area (tenants, onboarding, life_cycle, …);
the two last are composed in their `__init__`. `messages.py` has the words of all.
"""
