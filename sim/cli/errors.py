"""What went wrong, as one clear line on stderr for each fault, and the exit status that says so."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from sim.cli import interrupts
from sim.loading.places import shown
from sim.loading.refusal import Refused, one_line, printable

FAILED, REFUSED, INTERRUPTED = 1, 2, 130
MOST_LINES = 100
TRACEBACK = "TIGHTROPE_TRACEBACK"
"""Environment variable: when set, an unexpected error shows where it happened in full."""

_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space, write elsewhere with output=FOLDER, or less with tables=none",
    errno.EDQUOT: "your disk quota is used up: free some space, or write elsewhere with output=FOLDER",
    errno.EFBIG: "the file would be larger than is allowed here: write less with tables=none",
    errno.ENOENT: "no such file or folder; was it moved or removed?",
    errno.EACCES: "no permission to read or write here: ask for it, or write elsewhere with output=FOLDER",
    errno.EPERM: "no permission to read or write here: ask for it, or write elsewhere with output=FOLDER",
    errno.EROFS: "this file system is read-only: write elsewhere with output=FOLDER",
    errno.ENOTDIR: "a part of this path is a file and no folder: write elsewhere with output=FOLDER",
    errno.EEXIST: "there is something here already: write elsewhere with output=FOLDER",
    errno.ENOTEMPTY: "there is something here already: write elsewhere with output=FOLDER",
    errno.ENAMETOOLONG: "the name is too long for this file system: write elsewhere with output=FOLDER",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
}


def say(line: str) -> None:
    """One line on stderr, whatever the text holds; nothing when stderr is closed."""
    with suppress(OSError, ValueError, RuntimeError):  # RuntimeError: a signal came while something was printed
        print(printable(line), file=sys.stderr, flush=True)


def status(error: BaseException) -> int:
    """Say what went wrong; gives back the exit status."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED if error.code else 0
    if isinstance(error, BrokenPipeError):  # `... | head`: whoever read us has enough
        _silence_stdout()
        return FAILED
    if interrupts.asked() and _unexpected(error):  # what a library made of Ctrl-C
        error = KeyboardInterrupt()
    told = lines(error)
    for line in told[:MOST_LINES]:
        say(line)
    if len(told) > MOST_LINES:
        say(f"... and {len(told) - MOST_LINES:,} more like these")
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return REFUSED if isinstance(error, Refused) or _is_ours(error) else FAILED


def lines(error: BaseException) -> list[str]:
    """The lines that tell a person what went wrong."""
    if isinstance(error, Refused):
        return list(error.lines)
    if isinstance(error, KeyboardInterrupt):
        return [f"interrupted: {error.args[0] if error.args else 'nothing of this run was kept'}"]
    if isinstance(error, MemoryError):
        return ["out of memory: take fewer replications or days, or write less with tables=none"]
    if _is_ours(error):
        return [one_line(line, 1000) for line in str(error).splitlines() if line.strip()]
    code = _errno(error)
    if code is not None:
        return [_file_line(error, code)]
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)
    at = f" at {shown(Path(where[-1].filename))}:{where[-1].lineno}" if where else ""
    what = one_line(f"{type(error).__name__}: {error}", 300)
    return [f"unexpected error: {what}{at} ({TRACEBACK}=1 shows the way there)"]


def _unexpected(error: BaseException) -> bool:
    """Whether nothing is known of such an error."""
    known = isinstance(error, Refused | KeyboardInterrupt | MemoryError) or _is_ours(error)
    return not known and _errno(error) is None


def _is_ours(error: BaseException) -> bool:
    """Whether the program's own class of error says it: then it was worded for people where it was raised."""
    return isinstance(error, ValueError) and type(error).__module__.partition(".")[0] == "sim"


def _errno(error: BaseException) -> int | None:
    """The operating system's error number, also of an error that a library only tells in its text."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    told = re.search(r"\(os error (\d+)\)", str(error))
    return int(told.group(1)) if told else None


def _file_line(error: BaseException, code: int) -> str:
    if code == errno.ENOENT and _folder_is_gone():
        return "the folder you are in does not exist any more: cd to another one"
    name = getattr(error, "filename", None)
    place = f"{shown(Path(os.fsdecode(name)))}: " if isinstance(name, str | bytes) and name else ""
    return f"{place}{_REMEDIES.get(code, os.strerror(code).lower())}"


def _folder_is_gone() -> bool:
    try:
        return not os.getcwd()
    except OSError:
        return True


def _silence_stdout() -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
