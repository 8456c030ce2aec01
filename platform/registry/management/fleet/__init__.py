"""The subcommands of manage.py fleet, one a module; `registry/management/commands/fleet.py`."""
