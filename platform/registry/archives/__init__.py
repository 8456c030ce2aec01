"""A tenant's rows and files, kept and brought back: backups, archives, sandboxes."""
