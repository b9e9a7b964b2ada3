"""What tests are made of: sites that are built for real, and comparisons of their output."""

from tests.support.site import Result, Site, assert_same_output

__all__ = ["Result", "Site", "assert_same_output"]
