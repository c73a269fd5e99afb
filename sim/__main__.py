"""`python -m sim`, the same as the command `tightrope`."""

import sys

try:
    from sim.cli import main
except KeyboardInterrupt:  # before there is anybody to tell it
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
