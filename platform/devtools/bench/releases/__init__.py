"""A tenant app of the bench alone, with releases to carry through a fleet: see its packages.

Not an installed app of the product: `devtools.bench.fleet.settings` adds it.
"""
