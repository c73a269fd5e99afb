"""Where machine code is kept for the next process, which is a help and never a hindrance."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def cache_folder(digest: str) -> Path:
    """Where machine code is kept: $XDG_CACHE_HOME or ~/.cache, or a folder of one's own among temporary files."""
    own = f"tightrope-{os.getuid()}" if hasattr(os, "getuid") else "tightrope"
    for base in (*_home(), Path(tempfile.gettempdir()) / own):
        folder = base / digest
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            mine = not hasattr(os, "getuid") or base.stat().st_uid == os.getuid()
        except OSError:
            continue
        # Others may write to the temporary folder, and code that is not our own is not run.
        if mine and os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="tightrope-"))


def _home() -> list[Path]:
    try:
        return [Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tightrope"]
    except RuntimeError:  # nobody has a home here
        return []


class Forgiving:
    """A cache that a full disk or a damaged file makes an empty one; Numba's own would end the program."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, *asked: Any) -> Any:
        """The machine code, or None."""
        try:
            return self._cache.load_overload(*asked)
        except Exception:  # a damaged file can bring about any of them
            with suppress(Exception):
                self._cache.flush()
            return None

    def save_overload(self, *made: Any) -> None:
        """Keep machine code for the next process if that is possible."""
        with suppress(Exception):
            self._cache.save_overload(*made)
