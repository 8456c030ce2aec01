"""A tenant app that only the tests of releases have: it has no migrations until one chooses some.

Each package beside `migrations` is a release; but for `first` each begins with what `first` has.
"""
