"""See :mod:`tests.edits.nightly`."""

import sys

from tests.edits.nightly import main

if __name__ == "__main__":
    sys.exit(main())
