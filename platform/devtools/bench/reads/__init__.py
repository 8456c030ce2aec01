"""`manage.py bench reads`: the read path beside PostGraphile, bare SQL, and itself without SQL."""
