"""Log files of any make, read: `read_log(["march.csv", "april.xlsx"])` hands out one normalised log.

opening: files in, one log out. source, lines, workbook, table: a file as a table of cells. known and the files it
names: exports known by their columns. guess, meanings, words: what columns of any other file mean. mapping: the user's
word on it. reading: the outcome of both. values, cells, times, zones: cells as values. contacts, intervals: a table in
the log's form. account, duplicates: what is left out, and why.
"""

from __future__ import annotations

from sim.calibrate.readers.opening import guessed_mapping, read_log

__all__ = ["guessed_mapping", "read_log"]
