"""Text to table: which sign parts the fields, where the header is, and which lines do not fit it."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import polars as pl

from sim.calibrate.readers.table import ROW, Short, Table, looks_like_names, unique_names
from sim.loading.refusal import Refused, one_line, printable

DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
QUOTED = r'"[^"]*"'
SNIFFED = 300
"""Lines that the delimiter is sniffed from."""
HEADER_WITHIN = 30
"""Lines of titles that may stand above the header."""
LONGEST_RECORD = 200
"""Lines that one quoted cell may span; more is a quote that was never closed."""
TOTALS = r"(?i)^\W*(grand\s*)?(total|sum|summe|gesamt|subtotal|summary|average|report|rows|\()"


class Layout(NamedTuple):
    """How the lines of a file are parted."""

    delimiter: str
    header: int
    """place of the header among the lines, 0-based"""
    fields: int


def table_of(text: str, name: str, written: str, delimiter: str | None = None) -> Table:
    """The table that a text holds. Raises Refused, with the lines it concerns, where it is damaged.

    Lines whose number of fields differs from the header's are kept out and told in `Table.short`; a file that breaks
    off in its last line is refused, and so is one where more than half of the lines do not fit.
    """
    ends = text.endswith(("\n", "\r"))
    lines = pl.DataFrame({"text": text.replace("\r\n", "\n").replace("\r", "\n").split("\n")}).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW)
    )
    first = (lines["text"][0] or "").strip().strip('"')
    if first[:4].lower() == "sep=" and first[4:5]:  # Excel's own way of naming the delimiter
        delimiter, lines = delimiter or first[4], lines.slice(1)
    quotes = '"' in text
    if quotes:
        lines = _joined(lines, name)
    lines = lines.filter(pl.col("text").str.contains(r"[^,;|\s]"))
    if lines.is_empty():
        raise Refused(f"{name}: is empty, needs a line of column names and lines below it")
    layout = _layout(lines.head(SNIFFED)["text"].to_list(), name, delimiter)
    return _parsed(lines, layout, name, written, quotes, ends)


def _joined(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """The lines with those put together that one quoted cell spans."""
    odd = (pl.col("text").str.count_matches('"', literal=True) % 2).cast(pl.Int64)
    lines = lines.with_columns(odd.alias("odd"))
    if lines["odd"].sum() == 0:
        return lines.drop("odd")
    inside = (pl.col("odd").cum_sum() - pl.col("odd")) % 2  # whether a quote is open where the line begins
    records = (
        lines.with_columns((inside == 0).cum_sum().alias("record"))
        .group_by("record", maintain_order=True)
        .agg(pl.col("text").str.join("\n"), pl.col(ROW).first(), pl.len().alias("lines"))
    )
    long = records.filter(pl.col("lines") > LONGEST_RECORD)
    if lines["odd"].sum() % 2 or long.height:
        line = long[ROW][0] if long.height else lines.filter(pl.col("odd") == 1)[ROW][-1]
        raise Refused(f"{name}:{line}: a quote (\") is opened there and never closed: close it or delete it")
    return records.select("text", ROW)


def fields_of(delimiter: str, quotes: bool = True) -> pl.Expr:
    """The number of fields of each line, delimiters inside quotes not counted."""
    bare = pl.col("text").str.replace_all(QUOTED, "") if quotes else pl.col("text")
    return bare.str.count_matches(delimiter, literal=True).cast(pl.Int64) + 1


def _layout(sample: list[str], name: str, given: str | None) -> Layout:
    """The delimiter that parts most lines alike below a line of names."""
    best: tuple[float, int, Layout] | None = None
    for delimiter in [given] if given else DELIMITERS:
        found = _with(sample, delimiter)
        if found and (best is None or found[:2] > best[:2]):
            best = found
    if best is not None:
        return best[2]
    shown = one_line(printable(sample[0]), 60)
    widths = {mark: len(_cells(sample[0], mark)) for mark in DELIMITERS}
    mark = max(widths, key=lambda each: widths[each])
    if given or widths[mark] == 1:
        parted = DELIMITERS.get(given, repr(given)) if given else "none of " + ", ".join(DELIMITERS.values())
        raise Refused(f"{name}:1: one column only ('{shown}'): {parted} parts it; write delimiter: in a mapping file")
    raise Refused(
        f"{name}:1: no line of column names: '{shown}' looks like data; put a line above it that names the columns, "
        f"such as {mark.join(('queue', 'start', 'offered', 'aht'))}"
    )


def _with(sample: list[str], delimiter: str) -> tuple[float, int, Layout] | None:
    """(share of lines alike, fields, layout) if this delimiter is taken; None where it parts nothing."""
    frame = pl.DataFrame({"text": sample}).with_columns(fields_of(delimiter).alias("fields"))
    widths = frame["fields"].to_list()
    for place in range(min(len(sample), HEADER_WITHIN)):
        if widths[place] < 2 or not looks_like_names(_cells(sample[place], delimiter)):
            continue
        below = widths[place + 1 :]
        wanted = widths[place]
        if below and below.count(wanted + 1) > len(below) / 2:  # each row ends with a delimiter, the header does not
            ends = sum(line.endswith(delimiter) for line in sample[place + 1 :])
            wanted += ends > len(below) / 2
        alike = below.count(wanted) / len(below) if below else 1.0
        if alike > 0.1 or not below:
            return alike, wanted, Layout(delimiter, place, wanted)
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line; a line break in a name, or behind a stray quote, is a blank."""
    return next(csv.reader([" ".join(line.splitlines())], delimiter=delimiter), [])


def _parsed(lines: pl.DataFrame, layout: Layout, name: str, written: str, quotes: bool, ends: bool) -> Table:
    header = _cells(lines["text"][layout.header], layout.delimiter)
    names = unique_names([*header, *[""] * (layout.fields - len(header))])
    body = lines.slice(layout.header + 1).with_columns(fields_of(layout.delimiter, quotes).alias("fields"))
    if body.is_empty():
        raise Refused(f"{name}: a line of column names and no line below it")
    good = body.filter(pl.col("fields") == layout.fields)
    bad = body.filter(pl.col("fields") != layout.fields)
    _refuse_cut(body, layout, name, ends)
    _refuse_other_delimiter(bad, body.height, layout, name)
    shelter = quotes and _shelters(good, layout)
    frame = _split(good, names, layout.delimiter, shelter, name)
    if quotes and not shelter:
        frame = frame.with_columns(pl.all().str.strip_chars_start('"').str.strip_chars_end('"').replace("", None))
    frame = frame.with_columns(good[ROW])
    short = None
    if bad.height:
        short = Short(tuple(bad[ROW].head(3)), bad.height, bad["fields"][0], layout.fields)
    written = f"text with {DELIMITERS.get(layout.delimiter, repr(layout.delimiter))}, {written}"
    return Table(name, frame, written, layout.delimiter, short)


def _shelters(good: pl.DataFrame, layout: Layout) -> bool:
    """Whether quotes matter: a delimiter, a line's end or a quote stands inside one."""
    plain = pl.col("text").str.count_matches(layout.delimiter, literal=True).cast(pl.Int64) + 1 != pl.col("fields")
    return bool(good.select((plain | pl.col("text").str.contains("\n|\"\"")).any()).item())


def _split(good: pl.DataFrame, names: list[str], delimiter: str, quotes: bool, name: str) -> pl.DataFrame:
    raw = good.select(pl.col("text").str.join("\n")).item().encode()
    try:
        frame = pl.read_csv(
            io.BytesIO(raw), separator=delimiter, has_header=False, new_columns=names, infer_schema_length=0,
            quote_char='"' if quotes else None,
        )
    except pl.exceptions.PolarsError as error:
        raise Refused(f"{name}: cannot be parted into columns: {one_line(error, 120)}; export it again") from None
    if frame.height != good.height:
        raise Refused(f"{name}: quotes (\") inside cells part the lines wrongly: export it with every \" doubled")
    return frame


def _refuse_cut(body: pl.DataFrame, layout: Layout, name: str, ends: bool) -> None:
    line, fields, text = body[ROW][-1], body["fields"][-1], body["text"][-1]
    footer = body.tail(1).select(pl.col("text").str.contains(TOTALS)).item()
    if not ends and fields < layout.fields and not footer:
        raise Refused(
            f"{name}:{line}: the file breaks off in its last line, after {fields} of {layout.fields} columns "
            f"('...{one_line(printable(text[-30:]), 30)}'): export it again, or delete that line to use the rest"
        )


def _refuse_other_delimiter(bad: pl.DataFrame, rows: int, layout: Layout, name: str) -> None:
    """Many lines that another delimiter would part: two files put together, or saved again halfway."""
    if bad.height <= max(1, rows // 20):
        return
    for other in DELIMITERS:
        fitting = bad.filter(fields_of(other) == layout.fields) if other != layout.delimiter else bad.clear()
        if fitting.height > bad.height / 2:
            first, last = fitting[ROW][0], fitting[ROW][-1]
            raise Refused(
                f"{name}:{first}: {fitting.height:,} lines from {first} to {last} are parted by {DELIMITERS[other]}, "
                f"the header by {DELIMITERS.get(layout.delimiter, layout.delimiter)}: write the file with one of them"
            )
    if bad.height * 2 > rows:
        some = ", ".join(str(line) for line in bad[ROW].head(3))
        raise Refused(
            f"{name}:{bad[ROW][0]}: {bad.height:,} of {rows:,} lines (the first: {some}) have not the "
            f"{layout.fields} fields of the header but {bad['fields'][0]}: export the file again"
        )
