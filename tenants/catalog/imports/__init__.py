"""A catalogue out of a spreadsheet: see ../README.md."""
