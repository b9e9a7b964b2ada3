"""What a build did with each page, and why."""
