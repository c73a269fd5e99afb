"""Small log files for the tests of the readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibrate.log import ContactLog, IntervalLog
from sim.calibrate.readers import read_log
from sim.loading.refusal import Refused


def put(folder: Path, name: str, text: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def calls(folder: Path, text: str | bytes, name: str = "calls.csv", **how: object) -> ContactLog:
    """The calls of a file with this text; every row is accounted for."""
    log = read_log([put(folder, name, text)], **how)  # type: ignore[arg-type]
    assert isinstance(log, ContactLog)
    assert log.notes.rows_read == log.notes.rows_used + log.notes.rows_left_out
    assert log.notes.rows_used == log.contacts.height
    return log


def counts(folder: Path, text: str | bytes, name: str = "report.csv", **how: object) -> IntervalLog:
    """The intervals of a file with this text; every row is accounted for."""
    log = read_log([put(folder, name, text)], **how)  # type: ignore[arg-type]
    assert isinstance(log, IntervalLog)
    assert log.notes.rows_read == log.notes.rows_used + log.notes.rows_left_out
    return log


def refusal(*files: Path, **how: object) -> str:
    """The lines that reading the files is refused with; each is one line that names a file."""
    with pytest.raises(Refused) as caught:
        read_log(files, **how)  # type: ignore[arg-type]
    assert all("\n" not in line for line in caught.value.lines)
    return "\n".join(caught.value.lines)


def day(rows: int, delimiter: str = ",", **changes: str) -> str:
    """A call log with a header: 2 March 2026 from 9:00 on, a call a minute, waits of 20 s, talks of 120 s.

    `changes` are other texts for a line: line_5="..." is the fifth line of the file, header counted.
    """
    lines = [delimiter.join(("Call ID", "Queue", "Arrival Time", "Answer Time", "End Time", "Agent", "Caller"))]
    for row in range(rows):
        hour, minute = 9 + row // 60, row % 60
        times = [f"2026-03-02 {hour:02}:{minute:02}:{second:02}" for second in (0, 20)]
        end = f"2026-03-02 {hour + (minute + 2) // 60:02}:{(minute + 2) % 60:02}:20"
        lines.append(delimiter.join((str(1000 + row), "sales", *times, end, f"Anna {row % 7}", f"49301{row:04}")))
    for name, text in changes.items():
        lines[int(name.removeprefix("line_")) - 1] = text
    return "\n".join(lines) + "\n"
