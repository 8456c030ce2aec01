"""The verbs of an order: `moves` carries every move out; the others say what each one asks for."""
