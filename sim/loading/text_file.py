"""A text file read with care: a regular file of bounded size that is UTF-8 text, or one line that says why not."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

MAX_BYTES = 5_000_000


class Wanted(NamedTuple):
    """What a file should be, as a message says it."""

    name: str
    holds: str
    """what it needs if it is empty"""
    size: str
    """what to do if it is too big"""


YAML = Wanted(
    "YAML",
    "'key: value' lines (queues:, teams:, ...)",
    "a scenario is a page of text; put recorded contacts into a CSV or Parquet file "
    "(arrivals: {kind: recorded, file: ...})",
)
CSV = Wanted("CSV", "a line of column names and lines below it", "a roster is a line for each agent")


class Unreadable(Exception):
    """The file cannot be read further; `line` is 0 where no line can be named."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_text(path: Path, wanted: Wanted = YAML) -> str:
    """The file's text. Raises Unreadable."""
    try:
        # a pipe or a device could feed us for ever, so the kind of file is asked before it is opened
        info = os.stat(path)
        if stat.S_ISDIR(info.st_mode):
            raise Unreadable(f"is a folder, needs a {wanted.name} file")
        if not stat.S_ISREG(info.st_mode):
            raise Unreadable("is not a regular file")
        if info.st_size > MAX_BYTES:
            raise Unreadable(_too_big(info.st_size, wanted))
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable("no such file") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise Unreadable(_too_big(len(raw), wanted))
    return _decoded(raw, wanted)


def _too_big(size: int, wanted: Wanted) -> str:
    return f"is {size / 1e6:,.1f} MB long, at most {MAX_BYTES / 1e6:.0f} MB are read: {wanted.size}"


def _decoded(raw: bytes, wanted: Wanted) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("is UTF-16 text, save it as UTF-8")
    if b"\x00" in raw:
        raise Unreadable(f"is a binary file, needs {wanted.name} text")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        bad = f"0x{raw[error.start]:02x}"
        raise Unreadable(f"byte {bad} is not UTF-8 text, save the file as UTF-8", line) from None
    if not text.strip():
        raise Unreadable(f"is empty, needs {wanted.holds}")
    return text
