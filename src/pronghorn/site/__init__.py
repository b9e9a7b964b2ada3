"""What plugins get, and the visit that fills it."""
