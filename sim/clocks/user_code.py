"""A user's own Python: its functions, and what goes wrong in it told by file and line."""

from __future__ import annotations

import inspect
import os
import re
import runpy
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_YIELDED = re.compile(r'File "(.+)", line (\d+), in (\w+)\s+.*\s+Invalid yield value')
"""How SimPy tells that a process yields what is no event: in words only, for the process does not fail itself."""


class UserCodeError(ValueError):
    """The user's Python cannot be used as the scenario says, or failed; the message is one line."""


def user_functions(file: str, names: Sequence[str | None]) -> dict[str, Callable[..., Any]]:
    """The functions of these names from a Python file, which is run to find them. Each takes two arguments."""
    try:
        found = runpy.run_path(file)
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno and error.filename == file else ""
        raise UserCodeError(f"{_near(file)}{line}: does not run: SyntaxError: {_flat(error.msg)}") from error
    except (Exception, SystemExit) as error:
        where = _passed(error, file) or _near(file)
        raise UserCodeError(f"{where}: does not run: {_named(error)}") from error
    functions: dict[str, Callable[..., Any]] = {}
    for name in names:
        if name is None:
            continue
        if not callable(found.get(name)):
            here = ", ".join(sorted(n for n, f in found.items() if callable(f) and not n.startswith("_")))
            raise UserCodeError(f"{_near(file)}: has no function '{name}'; it has {here or 'none'}")
        if not _takes_two(found[name]):
            what = "(env, floor), (contact, agents) or (agent, contacts)"
            raise UserCodeError(f"{place_of(found[name])}: needs to take two arguments: {what}")
        functions[name] = found[name]
    return functions


@contextmanager
def told_where(file: str) -> Iterator[None]:
    """Whatever is raised in a user's file becomes a `UserCodeError` that says where there, and what."""
    try:
        yield
    except (KeyboardInterrupt, UserCodeError):
        raise
    except BaseException as error:
        where = _passed(error, file)
        yielded = _YIELDED.search(str(error))
        if where is not None:
            raise UserCodeError(f"{where}: {_named(error)}") from error
        if yielded:
            where = f"{_near(yielded.group(1))}:{yielded.group(2)}: in {yielded.group(3)}"
            raise UserCodeError(f"{where}: needs to yield SimPy events, such as env.timeout(60)") from error
        raise


def place_of(function: Callable[..., Any]) -> str:
    """Where a function stands, `mine.py:12: most_caring`."""
    name = getattr(function, "__name__", type(function).__name__)
    code = getattr(function, "__code__", None)
    return f"{_near(code.co_filename)}:{code.co_firstlineno}: {name}" if code is not None else name


def standing(process: Generator[Any, Any, Any]) -> str:
    """Where a process has stopped to wait, `mine.py:12: in supervisor`."""
    frame = getattr(process, "gi_frame", None)
    if frame is None:
        return getattr(process, "__name__", "a process")
    return f"{_near(frame.f_code.co_filename)}:{frame.f_lineno}: in {frame.f_code.co_name}"


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # written in C: it tells nothing about itself
        pass
    return True


def _passed(error: BaseException | None, file: str) -> str | None:
    """The last line of the file that an error came through, `mine.py:12: in most_caring`."""
    while error is not None:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        if frames:
            return f"{_near(file)}:{frames[-1].lineno}: in {frames[-1].name}"
        error = error.__cause__  # SimPy raises a process's error anew
    return None


def _named(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "calls sys.exit, which would end the run: return instead"
    said = _flat(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _flat(text: object) -> str:
    return " ".join(str(text).split())[:300]


def _near(file: str) -> str:
    """A file's path, relative where it lies below the current folder."""
    near = os.path.relpath(file)
    return file if near.startswith(os.pardir) else near
