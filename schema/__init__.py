"""The GraphQL API: types, fields and the transports. No business rules; see README.md."""
