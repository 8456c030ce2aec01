"""GraphQL over HTTP, inside Django: the sync view, its limits, uploads, GraphiQL."""
