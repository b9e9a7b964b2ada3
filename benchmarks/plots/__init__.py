"""Pictures and tables for the manual, from results as JSON."""
