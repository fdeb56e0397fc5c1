"""The command ``marchland``: what the binary of that name does."""

from __future__ import annotations

import signal
import sys

from . import _marchland


def main() -> int:
    """Run the command line with the process's own words, and return its exit code."""
    # Python's handler would note an interrupt that nobody asks for; the command sets its own where it needs one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return _marchland.main(["marchland", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
