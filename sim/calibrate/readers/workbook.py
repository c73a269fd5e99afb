"""Excel and Parquet as tables."""

from __future__ import annotations

import io
from typing import Any

import polars as pl

from sim.calibrate.readers.table import ROW, Table, looks_like_names, unique_names
from sim.loading.refusal import Refused, one_line

HEADER_WITHIN = 30


def parquet(raw: bytes, name: str) -> Table:
    """The table of a Parquet file, its columns typed as they are there."""
    try:
        frame = pl.read_parquet(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Refused(f"{name}: damaged Parquet file ({one_line(error, 80)}): copy or export it again") from None
    frame = frame.select(pl.selectors.exclude(pl.selectors.nested() | pl.selectors.binary()))
    if not frame.width or not frame.height:
        raise Refused(f"{name}: has no rows")
    frame = frame.with_columns(pl.selectors.categorical().cast(pl.String))
    return Table(name, frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW)), "Parquet")


def excel(raw: bytes, name: str) -> Table:
    """The table of the sheet that has the most rows below a line of names, all cells as texts."""
    try:
        import fastexcel
    except ImportError:
        raise Refused(
            f"{name}: reading Excel needs fastexcel: pip install 'tightrope[calibrate]', or save the sheet as CSV"
        ) from None
    try:
        book = fastexcel.read_excel(raw)
        sheets = [(sheet, _sheet(book, sheet)) for sheet in book.sheet_names]
    except Exception as error:  # the library's own errors have no common parent with those of what it is built on
        raise Refused(f"{name}: damaged Excel file ({one_line(error, 80)}): save it again") from None
    found = [(sheet, *table) for sheet, table in sheets if table is not None]
    if not found:
        raise Refused(f"{name}: no sheet with a line of column names and rows below it")
    sheet, frame = max(found, key=lambda each: each[1].height)
    return Table(name, frame, f"Excel, sheet {sheet}")


def _sheet(book: Any, sheet: str) -> tuple[pl.DataFrame] | None:
    cells = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    if not cells.height:
        return None
    cells = cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    for place in range(min(HEADER_WITHIN, cells.height)):
        header = cells.drop(ROW).row(place)
        if looks_like_names(header):
            body = cells.slice(place + 1).filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
            return (body.rename(dict(zip(cells.columns, [*unique_names(header), ROW], strict=True))),)
    return None
