"""What a developer runs: the demo, the bench, and the servers they need. Imported by nobody."""
