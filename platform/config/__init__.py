"""Composition root: settings, urls, the servers' entry points; installs the adapters."""
