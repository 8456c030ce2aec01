"""What `manage.py bench` measures with: a filling, the servers compared, a load, a table."""
