"""Finding services by what people type: see ../README.md."""
