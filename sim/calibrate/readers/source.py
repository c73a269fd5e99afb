"""One file, whatever it is, as a table: told by its first bytes, not by its name."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from pathlib import Path

from sim.calibrate.readers import workbook
from sim.calibrate.readers.lines import table_of
from sim.calibrate.readers.table import Table
from sim.loading.refusal import Refused

MAX_BYTES = 2_000_000_000
BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"SQLi": "a database",
    b"<htm": "a web page",
    b"<!DO": "a web page",
    b"<?xm": "XML",
}
"""First bytes of what cannot be read, and what it is."""
UNPRINTABLE = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def read_table(path: Path, delimiter: str | None = None) -> Table:
    """The file's table. Raises Refused: no such file, too big, damaged, or of a kind that is not read."""
    raw = _bytes(path)
    name = path.name
    if raw[:2] == b"\x1f\x8b":
        raw = _unzipped(raw, name)
    head = raw[:4]
    if head == b"PAR1":
        return workbook.parquet(raw, name)
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return workbook.excel(raw, name)
    for start, kind in BINARY.items():
        if raw.lstrip()[: len(start)].lower() == start.lower():
            raise Refused(f"{name}: is {kind}, needs CSV, Excel or Parquet: export the report as one of them")
    text, encoding = decoded(raw, name)
    return table_of(text, name, encoding, delimiter)


def _bytes(path: Path) -> bytes:
    try:
        info = os.stat(path)
        if not stat.S_ISREG(info.st_mode):
            kind = "a folder, name the files in it" if stat.S_ISDIR(info.st_mode) else "no regular file"
            raise Refused(f"{path}: is {kind}")
        if info.st_size > MAX_BYTES:
            raise Refused(f"{path}: is {info.st_size / 1e9:.1f} GB, at most {MAX_BYTES / 1e9:.0f} GB are read: part it")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"{path}: no such file") from None
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror or error}") from None
    if not raw.strip():
        raise Refused(f"{path.name}: is empty, needs a line of column names and lines below it")
    return raw


def _unzipped(raw: bytes, name: str) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        out = unzip.decompress(raw, MAX_BYTES)
        if unzip.unconsumed_tail:
            raise Refused(f"{name}: holds more than {MAX_BYTES / 1e9:.0f} GB: part it")
        if not unzip.eof:
            raise Refused(f"{name}: the compressed file breaks off: copy or export it again")
        return gzip.decompress(raw) if unzip.unused_data.strip(b"\x00") else out
    except (zlib.error, EOFError, OSError):
        raise Refused(f"{name}: the compressed file is damaged: copy or export it again") from None


def decoded(raw: bytes, name: str) -> tuple[str, str]:
    """(text, its encoding in words): UTF-8, UTF-16 with or without mark, else Windows-1252 (which holds Latin-1)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(raw, "utf-16", name)
    nulls = raw[:4000].count(0)
    if nulls:
        even, odd = raw[0:4000:2].count(0), raw[1:4000:2].count(0)
        if nulls > len(raw[:4000]) // 4 and min(even, odd) == 0:
            return _utf16(raw, "utf-16-le" if odd else "utf-16-be", name)
        raise _binary(name)
    sample = raw[:100_000]
    if len(sample.translate(None, UNPRINTABLE)) < len(sample):
        raise _binary(name)
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        if error.start > len(raw) - 4:  # cut off inside the last letter
            return raw[: error.start].decode("utf-8-sig"), "UTF-8"
    if b"\x00" in raw:
        raise _binary(name)
    return raw.decode("cp1252", errors="replace"), "Windows-1252 (Latin-1)"


def _utf16(raw: bytes, encoding: str, name: str) -> tuple[str, str]:
    try:
        return raw[: len(raw) // 2 * 2].decode(encoding), "UTF-16"
    except UnicodeDecodeError:
        raise _binary(name) from None


def _binary(name: str) -> Refused:
    return Refused(f"{name}: is a binary file or damaged, needs CSV, Excel or Parquet: export it again")
