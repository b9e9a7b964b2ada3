"""What pages have in common: taxonomies, such as tags, and the terms that pages have in them."""
