"""The standard streams, whatever the program is started with: closed, or too narrow for some letters."""

from __future__ import annotations

import io
import os
import sys


def make_usable() -> None:
    """Open what is closed onto nothing, and let a stream write "?" for letters that it does not have.

    Else the next file that is opened would get the number of the closed stream, and with it whatever is printed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")
