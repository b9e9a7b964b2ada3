"""Names that plugins add to the templates."""
