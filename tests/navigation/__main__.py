"""See :mod:`tests.navigation.nightly`."""

import sys

from tests.navigation.nightly import main

if __name__ == "__main__":
    sys.exit(main())
