"""Cells as values: numbers, durations in seconds, yes and no.

Every function gives null for an empty cell and for one that it cannot read; `filled` tells them apart.
"""

from __future__ import annotations

import polars as pl

EMPTY = ("", "-", "--", "n/a", "na", "null", "none", "nan", "#n/a", "nil", "(null)", "\\n", "?")
"""What stands in a cell that is empty, in small letters."""
UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
UNIT_WORDS = {
    "ms": ("ms", "msec", "millis", "milliseconds", "millisekunden"),
    "s": ("s", "sec", "secs", "second", "seconds", "sek", "sekunden"),
    "min": ("m", "min", "mins", "minute", "minutes", "minuten"),
    "h": ("h", "hour", "hours", "hrs", "stunden"),
    "d": ("d", "day", "days"),
}
YES = ("y", "yes", "true", "t", "1", "x", "ja", "si", "sí", "oui", "sim", "1.0")
NO = ("n", "no", "false", "f", "0", "nein", "non", "não", "nao", "0.0")
COMMA_DECIMAL = r"^[+-]?(?:\d+,\d{1,2}|\d+,\d{4,}|0,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{4,},\d+)\s*%?$"
POINT_DECIMAL = r"^[+-]?(?:\d+\.\d{1,2}|\d+\.\d{4,}|0\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{4,}\.\d+)\s*%?$"
COLONS = r"^(-)?(?:(\d+) ?(?:d|days?)[, ]+)?(?:(\d+):)?(\d{1,4}):(\d{1,2}(?:[.,]\d+)?)$"
LETTERS = r"^(?:(\d+) ?h\w*[ ,]*)?(?:(\d+) ?m\w*[ ,]*)?(?:(\d+(?:[.,]\d+)?) ?s\w*)?$"
TOTAL = r"(?i)^\W*(grand |sub)?(totals?|summe|gesamt(summe)?|sum|average|avg|mean|overall|subtotal|mittelwert)\b"
"""A row that adds up or averages others."""
EXCEL_DAY = r"^(?:1899-12-3[01]|1900-01-\d\d) \d\d:\d\d:\d\d"
"""A time of day or a duration in an Excel cell, as the reading library writes it down."""


def unit_of(word: str) -> str | None:
    """The unit that a word means: "minutes" -> "min"; None for a word that is none."""
    return next((unit for unit, words in UNIT_WORDS.items() if word.lower() in words), None)


def filled(cells: pl.Series) -> pl.Series:
    """The cells without those that stand for nothing (then null), texts stripped."""
    if cells.dtype != pl.String:
        return cells
    stripped = cells.str.strip_chars(" \t\u00a0'\"")
    return stripped.to_frame("c").select(
        pl.when(pl.col("c").str.len_bytes() <= 6, pl.col("c").str.to_lowercase().is_in(EMPTY))
        .then(None).otherwise(pl.col("c")).alias(cells.name)
    ).to_series()


def decimal_sign(columns: list[pl.Series], delimiter: str) -> tuple[str, bool]:
    """(the decimal sign of a file's numbers, whether the numbers themselves told it)."""
    commas = points = thousands = 0
    for cells in columns:
        if cells.dtype == pl.String and len(cells):
            commas += int(cells.str.contains(COMMA_DECIMAL).sum())
            points += int(cells.str.contains(POINT_DECIMAL).sum())
            thousands += int(cells.str.contains(r"^\d{1,3},\d{3}$").sum())
    if commas or points:
        return ("," if commas > points else "."), True
    return ("," if thousands and delimiter == ";" else "."), not thousands


def numbers(cells: pl.Series, decimal: str = ".") -> pl.Series:
    """The cells as numbers; a thousands sign counts only before three digits, so that 12,5 is never 125."""
    if cells.dtype != pl.String:
        return cells.cast(pl.Float64, strict=False)
    plain = cells.cast(pl.Float64, strict=False) if decimal == "." else None
    if plain is not None and plain.null_count() == cells.null_count():
        return plain
    other = "." if decimal == "," else ","
    bare = cells.str.replace_all(r"[\s\u00a0\u202f'\u2019%]", "")
    bare = bare.str.replace_all(rf"[{other}](\d{{3}})(?:\b|$)", "$1")
    grouped = cells.str.contains(rf"^\s*[+-]?0*[1-9]?\d*[{other}]")  # 0,125 is no thousand
    wrong = grouped & ~cells.str.contains(rf"^\s*[+-]?[1-9]\d{{0,2}}(?:[{other}]\d{{3}})+(?:[{decimal}]|\D*$)")
    bare = bare.set(wrong.fill_null(False), None)
    return bare.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)


def durations(cells: pl.Series, decimal: str = ".", unit: str = "s", form: str | None = None) -> pl.Series:
    """The cells as seconds: numbers of the unit, m:ss and h:mm:ss (`form` hh:mm: hours and minutes), 1h 2m 3s."""
    if cells.dtype == pl.Duration:
        return cells.dt.total_microseconds().cast(pl.Float64) / 1e6
    if cells.dtype == pl.Time:
        return cells.cast(pl.Int64).cast(pl.Float64) / 1e9
    if cells.dtype.is_temporal():
        return pl.Series(cells.name, [None] * len(cells), dtype=pl.Float64)
    seconds = numbers(cells, decimal) * UNITS[unit]
    if cells.dtype != pl.String or seconds.null_count() == cells.null_count():
        return seconds
    frame = pl.DataFrame({"c": cells, "n": seconds})
    found = [pl.col("n")]
    if cells.str.contains(EXCEL_DAY).any():
        days = pl.col("c").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False) - pl.datetime(1899, 12, 31)
        found.append(pl.when(pl.col("c").str.contains(EXCEL_DAY)).then(days.dt.total_microseconds() / 1e6))
    if cells.str.contains(":", literal=True).any():
        found.append(_colons(form))
    if cells.str.contains(r"\d ?[hms]").any():
        found.append(_letters())
    return frame.select(pl.coalesce(found).alias(cells.name)).to_series()


def _part(groups: pl.Expr, place: int) -> pl.Expr:
    return groups.struct.field(str(place)).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def _colons(form: str | None) -> pl.Expr:
    groups = pl.col("c").str.extract_groups(COLONS)
    days, hours, minutes, seconds = (_part(groups, place) for place in (2, 3, 4, 5))
    total = days.fill_null(0) * 86400 + hours.fill_null(0) * 3600 + minutes * 60 + seconds
    if form == "hh:mm":
        total = pl.when(hours.is_null()).then(minutes * 3600 + seconds * 60).otherwise(total)
    sound = (seconds < 60) & (hours.is_null() | (minutes < 60))
    return pl.when(sound).then(pl.when(groups.struct.field("1") == "-").then(-total).otherwise(total))


def _letters() -> pl.Expr:
    groups = pl.col("c").str.to_lowercase().str.extract_groups(LETTERS)
    hours, minutes, seconds = (_part(groups, place) for place in (1, 2, 3))
    any_given = hours.is_not_null() | minutes.is_not_null() | seconds.is_not_null()
    return pl.when(any_given).then(hours.fill_null(0) * 3600 + minutes.fill_null(0) * 60 + seconds.fill_null(0))


def flags(cells: pl.Series) -> pl.Series:
    """The cells as yes or no."""
    if cells.dtype == pl.Boolean:
        return cells
    words = cells.cast(pl.String).str.to_lowercase()
    frame = pl.DataFrame({"w": words})
    return frame.select(
        pl.when(pl.col("w").is_in(YES)).then(True).when(pl.col("w").is_in(NO)).then(False).alias(cells.name)
    ).to_series()
