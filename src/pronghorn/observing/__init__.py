"""Who asks for what, while pages are read and written."""
