"""The verbs of dispatch: rounds of offers, the answers to them, assignments."""
