"""See :mod:`tests.ecosystem.cli`."""

import sys

from tests.ecosystem.cli import main

if __name__ == "__main__":
    sys.exit(main())
