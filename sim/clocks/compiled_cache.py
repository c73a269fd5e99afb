"""Where machine code is kept for the next process, which is a help and never a hindrance."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

CHECK_BYTES = 16


def cache_folder() -> Path:
    """Where machine code is kept: $XDG_CACHE_HOME or ~/.cache, or a folder of one's own among temporary files."""
    own = f"tightrope-{os.getuid()}" if hasattr(os, "getuid") else "tightrope"
    for base in (*_home(), Path(tempfile.gettempdir()) / own):
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            mine = not hasattr(os, "getuid") or base.stat().st_uid == os.getuid()
        except OSError:
            continue
        # Others may write to the temporary folder, and code that is not our own is not run.
        if mine and os.access(base, os.W_OK):
            return base
    return Path(tempfile.mkdtemp(prefix="tightrope-"))


def _home() -> list[Path]:
    try:
        return [Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tightrope"]
    except RuntimeError:  # nobody has a home here
        return []


def kept(digest: str) -> bytes | None:
    """The machine code that an earlier process kept under this digest, or None if there is none or not all of it."""
    try:
        file = (cache_folder() / digest).read_bytes()
    except OSError:
        return None
    check, code = file[:CHECK_BYTES], file[CHECK_BYTES:]
    return code if code and check == _check(digest, code) else None


def keep(digest: str, code: bytes) -> None:
    """Keep machine code for the next process: whole or not at all, and on a full disk not at all."""
    with suppress(OSError):
        folder = cache_folder()
        descriptor, part = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_check(digest, code) + code)
            os.replace(part, folder / digest)
        except OSError:
            os.unlink(part)


def _check(digest: str, code: bytes) -> bytes:
    """By which a damaged file is known, and one that has come to a wrong name: LLVM would end the program over it."""
    return hashlib.blake2b(code, digest_size=CHECK_BYTES, key=digest.encode()).digest()
