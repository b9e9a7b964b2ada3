"""Where pages and files go."""
