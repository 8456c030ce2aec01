"""The verbs of booking: holding, taking, moving, recurring, signing up."""
