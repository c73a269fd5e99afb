"""Ctrl-C and termination: heard, and never lost.

Python raises KeyboardInterrupt wherever it happens to be. In a compiler's callback, or in a library that tidies up
after errors, that is swallowed or becomes another error; so that somebody asked to stop is also noted here.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

TERMINATED = 128
"""Exit status of a program that a signal ended, less the signal's number."""


@dataclass
class _Heard:
    asked: bool = False
    held: bool = False
    """whether stopping waits"""
    tell: Callable[[], None] | None = None
    """answers a first Ctrl-C in place of stopping"""


_heard = _Heard()


def asked() -> bool:
    """Whether somebody has pressed Ctrl-C."""
    return _heard.asked


@contextmanager
def listening() -> Iterator[None]:
    """Note Ctrl-C, and end orderly on a termination signal, so that nothing half-written stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _heard.asked = False
    own: dict[int, tuple[Any, Any]] = {signal.SIGINT: (signal.default_int_handler, _interrupt)}
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            own[getattr(signal, name)] = (signal.SIG_DFL, _terminate)
    before = {number: signal.getsignal(number) for number in own}
    hook, sys.unraisablehook = sys.unraisablehook, _unraisable
    try:
        for number, (usual, ours) in own.items():
            if before[number] is usual:  # not where it is ignored, as under nohup, or somebody else's business
                signal.signal(number, ours)
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """What is done whole or not at all: Ctrl-C stops after it."""
    _heard.held = True
    try:
        yield
    finally:
        _heard.held = False
    if _heard.asked:
        raise KeyboardInterrupt


@contextmanager
def finishing(tell: Callable[[], None]) -> Iterator[None]:
    """What would be lost if it were stopped: a first Ctrl-C is told what goes on, a second stops it.

    It is told at once where Ctrl-C has come before.
    """
    if _heard.asked:
        tell()
    _heard.tell = tell
    try:
        yield
    finally:
        _heard.tell = None


def _interrupt(number: int, frame: FrameType | None) -> None:
    first, _heard.asked = not _heard.asked, True
    if _heard.held:
        return
    if first and _heard.tell is not None:
        _heard.tell()
    else:
        raise KeyboardInterrupt


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED + number)


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """Say nothing of a Ctrl-C that could not be raised where it came: it is noted."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
