"""Tables as a spreadsheet may open them: no text of a planner's, and no heading, is taken for a formula."""

from __future__ import annotations

import re

import polars as pl

FORMULA = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet takes for a formula, and would run (OWASP, CSV injection)."""
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def no_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with an apostrophe before texts that would be formulas; numbers stay, also those kept as texts."""
    texts = [pl.col(name) for name, kind in frame.schema.items() if kind == pl.String]
    plain = frame.with_columns(
        pl.when(text.str.contains(FORMULA) & ~text.str.contains(NUMBER)).then("'" + text).otherwise(text).name.keep()
        for text in texts
    )
    return plain.rename({name: f"'{name}" for name in plain.columns if re.match(FORMULA, name)})
