"""Cells as moments: what a text consists of first, the order of day and month decided from all rows, then the time."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from sim.calibrate.readers.cells import EXCEL_DAY

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
ISO = (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$", r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$")
ISO_FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f")
CLOCK = (
    r"(?<h>\d{1,2})[:.](?<mi>\d{2})(?:[:.](?<s>\d{2}(?:[.,]\d+)?))?\s*(?<p>[AaPp])?\.?(?:[Mm]\.?)?"
)
ZONE = r"\s*(?<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*\[[\w/]+\])?"
DATED = rf"^(?<a>\d{{1,4}})[-/. ](?<b>\d{{1,2}})[-/. ]+(?<c>\d{{1,4}})(?:[T ,]+(?:at )?{CLOCK})?{ZONE}$"
TIMED = rf"^{CLOCK}{ZONE}$"
SOLID = {
    "yyyymmdd": r"^(?<a>(?:19|20)\d{2})(?<b>\d{2})(?<c>\d{2})",
    "mmddyyyy": r"^(?<b>\d{1,2})(?<c>\d{2})(?<a>\d{4})",
    "ddmmyyyy": r"^(?<c>\d{1,2})(?<b>\d{2})(?<a>\d{4})",
    "yymmdd": r"^(?<a>\d{2})(?<b>\d{2})(?<c>\d{2})",
    "mmddyy": r"^(?<b>\d{1,2})(?<c>\d{2})(?<a>\d{2})",
    "ddmmyy": r"^(?<c>\d{1,2})(?<b>\d{2})(?<a>\d{2})",
}
"""Dates without signs between, by the name of their form."""
CLOCKS = ("hhmm", "hour")
"""Times of day as numbers: 930, and 9."""
SOLID_CLOCK = r"(?:[T ]?(?<h>\d{2}):?(?<mi>\d{2})(?::?(?<s>\d{2}(?:\.\d+)?))?)?(?<p>$)?" + ZONE + "$"
MONTHS = {
    "jan": 1, "ene": 1, "feb": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "abr": 4, "avr": 4, "may": 5,
    "mai": 5, "jun": 6, "jul": 7, "aug": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "nov": 11,
    "dec": 12, "dez": 12, "dic": 12,
}
WEEKDAY = r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*\.?,? +"
SERIAL = r"^[2-9]\d{4}\.\d+$"
"""Excel's days since 1899-12-30, with a fraction."""
RANGE = r"(?:\s+-\s+|\s*\x{2013}\s*|\s+(?:to|bis)\s+)\d{1,2}[:.]\d{2}.*$"
CLOSE_RANGE = r"^(\d{1,2}:\d{2}(?::\d{2})?)-\d.*$"
"""What follows the begin in 09:00 - 09:30 and in 09:00-09:30."""
ORDERS = ("ymd", "dmy", "mdy")


class Moments(NamedTuple):
    """A column of times, taken apart."""

    parts: pl.DataFrame
    """a, b, c = the date's numbers as written (null: no date), day_us = time of day, offset_s = from UTC (null: not
    told), ready = the moment where nothing is open"""

    @property
    def dated(self) -> bool:
        return bool(self.parts.select((pl.col("a").is_not_null() | pl.col("ready").is_not_null()).any()).item())

    def order_evidence(self) -> tuple[int, int, bool]:
        """(rows whose first number cannot be a month, rows whose second cannot, whether points part the date)."""
        open_ = self.parts.filter(pl.col("a").is_between(0, 31))
        return (
            int(open_.select((pl.col("a") > 12).sum()).item()),
            int(open_.select((pl.col("b") > 12).sum()).item()),
            bool(open_.height and open_["point"].any()),
        )

    @property
    def order_is_open(self) -> bool:
        return bool(self.parts.select(pl.col("a").is_between(0, 31).any()).item())


def moments(cells: pl.Series, form: str | None = None) -> Moments:
    """The column taken apart; cells must be those of `filled`. `form` names a form of SOLID or CLOCKS."""
    if cells.dtype == pl.Datetime:
        zone = getattr(cells.dtype, "time_zone", None)
        plain = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else cells
        return _ready(plain.cast(pl.Datetime("us")), 0 if zone else None)
    if cells.dtype == pl.Date:
        return _ready(cells.cast(pl.Datetime("us")), None)
    if cells.dtype == pl.Time:
        return _timed(cells.cast(pl.Int64) // 1000)
    texts = cells.cast(pl.String) if cells.dtype != pl.String else cells
    if form is None:
        head = texts.drop_nulls().head(1000)
        for pattern, iso in zip(ISO, ISO_FORMATS, strict=True):
            if len(head) and head.str.contains(pattern).all() and not head.str.contains(EXCEL_DAY).any():
                ready = texts.str.to_datetime(iso, strict=False, time_unit="us")
                if ready.null_count() == texts.null_count():
                    return _ready(ready, None)
    return Moments(_parts(texts, form))


def begins(cells: pl.Series) -> pl.Series:
    """The cells with the end of a range cut off: 09:00 - 09:30 becomes 09:00."""
    return cells.str.replace(RANGE, "").str.replace(CLOSE_RANGE, "$1") if cells.dtype == pl.String else cells


def _ready(moment: pl.Series, offset_s: int | None) -> Moments:
    nothing = pl.lit(None, dtype=pl.Int64)
    return Moments(
        pl.DataFrame({"ready": moment}).with_columns(
            a=nothing, b=nothing, c=nothing, day_us=nothing, offset_s=pl.lit(offset_s, dtype=pl.Int64), point=False
        )
    )


def _timed(day_us: pl.Series) -> Moments:
    nothing = pl.lit(None, dtype=pl.Int64)
    return Moments(
        pl.DataFrame({"day_us": day_us}).with_columns(
            a=nothing, b=nothing, c=nothing, offset_s=nothing, point=False, ready=pl.lit(None, dtype=pl.Datetime("us"))
        )
    )


def _parts(texts: pl.Series, form: str | None) -> pl.DataFrame:
    frame = pl.DataFrame({"t": texts})
    if texts.str.contains("[A-Za-zä]{3}").any():
        frame = frame.with_columns(_without_names(pl.col("t")).alias("t"))
    if texts.str.contains(EXCEL_DAY).any():
        frame = frame.with_columns(pl.col("t").str.replace(r"^1(?:899|900)-\d\d-\d\d ", ""))
    dated = _groups(frame, DATED)
    parts = dated
    if parts["a"].null_count() > texts.null_count():
        parts = _filled(parts, _groups(frame, TIMED))
        parts = _filled(parts, _solid(frame, form))
        if form in CLOCKS:
            padded = frame.select(pl.col("t").str.zfill(4) if form == "hhmm" else pl.col("t").str.zfill(2) + "00")
            parts = _filled(parts, _groups(padded, r"^(?<h>\d{2})(?<mi>\d{2})$"))
    point = (frame["t"].drop_nulls().head(1000).str.contains(r"^\d{1,2}\.\d{1,2}\.\d{2,4}")).any()
    parts = parts.with_columns(pl.lit(point).alias("point"), pl.lit(None, dtype=pl.Datetime("us")).alias("ready"))
    if not parts.select((pl.col("a").is_null() & pl.col("day_us").is_null()).sum()).item() > texts.null_count():
        return parts
    return parts.with_columns(_ready_numbers(frame, form).alias("ready")).with_columns(
        pl.when(pl.col("ready").is_not_null() & ~frame["t"].str.contains(SERIAL)).then(0)
        .otherwise(pl.col("offset_s")).alias("offset_s")
    )


def _without_names(text: pl.Expr) -> pl.Expr:
    """3-Mar-2026 and March 3, 2026 as 3-3-2026 (day first), weekdays dropped."""
    text = text.str.replace(WEEKDAY, "")
    for name, number in MONTHS.items():
        text = text.str.replace(rf"(?i)(^|[-/. \d]){name}[a-zäéûç]*\.?([-/. ,\d])", f"${{1}}m{number}${{2}}")
    text = text.str.replace(r"^m(\d{1,2})[ .]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", "${3}-${1}-${2}")
    return text.str.replace(r"^(\d{1,2})[-/. ]*m(\d{1,2})[-/. ,]+(\d{4})", "${3}-${2}-${1}").str.replace(
        r"^(\d{1,2})[-/. ]*m(\d{1,2})[-/. ,]+(\d{2})\b", "20${3}-${2}-${1}"
    )


def _groups(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """a, b, c, day_us and offset_s of the texts that match; null elsewhere."""
    groups = frame.select(pl.col("t").str.extract_groups(pattern).alias("g"))
    names = {field.name for field in groups.schema["g"].fields}  # type: ignore[attr-defined]

    def whole(name: str) -> pl.Expr:
        if name not in names:
            return pl.lit(None, dtype=pl.Int64)
        return pl.col("g").struct.field(name).cast(pl.Int64, strict=False)

    seconds = pl.lit(0.0)
    if "s" in names:
        given = pl.col("g").struct.field("s").str.replace(",", ".", literal=True)
        seconds = given.cast(pl.Float64, strict=False).fill_null(0.0)
    half = pl.lit(None, dtype=pl.String)
    if "p" in names:
        half = pl.col("g").struct.field("p").str.to_lowercase()
    hours = (
        pl.when(half == "p").then(whole("h") % 12 + 12).when(half == "a").then(whole("h") % 12).otherwise(whole("h"))
    )
    sound = (hours <= 24) & (whole("mi") < 60) & (seconds < 61)
    day = (hours * 3600 + whole("mi") * 60) * SECOND_US + (seconds * SECOND_US).round().cast(pl.Int64)
    broken = (whole("h").is_not_null() & ~sound).fill_null(False)
    offset = pl.lit(None, dtype=pl.Int64)
    if "z" in names:
        offset = _offset(pl.col("g").struct.field("z"))
    return groups.select(
        *(pl.when(~broken).then(whole(name)).alias(name) for name in "abc"),
        pl.when(~broken).then(day).alias("day_us"),
        offset.alias("offset_s"),
    )


def _offset(zone: pl.Expr) -> pl.Expr:
    digits = zone.str.replace(":", "", literal=True)
    size = digits.str.slice(1, 2).cast(pl.Int64, strict=False) * 3600
    size = size + digits.str.slice(3, 2).cast(pl.Int64, strict=False) * 60
    return (
        pl.when(zone.is_in(["Z", "UTC", "GMT"])).then(0)
        .when(zone.str.starts_with("-")).then(-size).when(zone.str.starts_with("+")).then(size)
    )


def _filled(parts: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """The parts, with those of `more` in the rows that have neither date nor time."""
    both = pl.concat([parts, more.rename({name: f"{name}2" for name in more.columns})], how="horizontal")
    lacks = pl.col("a").is_null() & pl.col("day_us").is_null()
    return both.select(
        pl.when(lacks).then(pl.col(f"{name}2")).otherwise(pl.col(name)).alias(name) for name in parts.columns
    )


def _solid(frame: pl.DataFrame, form: str | None) -> pl.DataFrame:
    """Dates written without signs between; of those that no form was given for, only years first."""
    found = _groups(frame, SOLID[form if form in SOLID else "yyyymmdd"] + SOLID_CLOCK)
    return found.with_columns(_century(pl.col("a")).alias("a"))


def _century(year: pl.Expr) -> pl.Expr:
    """A year of two digits as 1970 to 2069."""
    return pl.when(year < 70).then(year + 2000).when(year < 100).then(year + 1900).otherwise(year)


def _ready_numbers(frame: pl.DataFrame, form: str | None) -> pl.Expr:
    """Seconds or milliseconds since 1970 (10 or 13 digits) and Excel's days since 1899-12-30 with a fraction."""
    if form in SOLID or form in CLOCKS:
        return pl.lit(None, dtype=pl.Datetime("us"))
    texts = frame["t"]
    number = texts.cast(pl.Float64, strict=False)
    seconds = texts.str.contains(r"^\d{9,10}(?:\.\d+)?$")
    millis = texts.str.contains(r"^\d{13}$")
    serial = texts.str.contains(SERIAL)
    micros = pl.DataFrame({"n": number, "s": seconds, "m": millis, "e": serial}).select(
        pl.when("s").then(pl.col("n") * 1e6).when("m").then(pl.col("n") * 1e3)
        .when("e").then((pl.col("n") - 25569.0) * 86400.0).alias("u"),
        pl.col("e"),
    )
    whole = micros.select(
        pl.when("e").then(pl.col("u").round() * 1e6).otherwise(pl.col("u")).round().cast(pl.Int64).cast(
            pl.Datetime("us")
        )
    ).to_series()
    return pl.lit(whole)


def walls(found: Moments, order: str) -> pl.Series:
    """The moments as wall clock times; null where a text is none or has no date."""
    a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
    first = (a > 31) | (order == "ymd")
    year = pl.when(first).then(a).otherwise(c)
    month = pl.when(first).then(b).when(order == "mdy").then(a).otherwise(b)
    day = pl.when(first).then(c).when(order == "mdy").then(b).otherwise(a)
    year = _century(year)
    sound = year.is_between(1900, 2200) & month.is_between(1, 12) & day.is_between(1, 31)
    start = pl.date(pl.when(sound).then(year), pl.when(sound).then(month), 1)
    date = start.cast(pl.Datetime("us")) + pl.duration(days=day - 1)
    date = pl.when(date.dt.month() == month).then(date)  # 30 February is none
    return found.parts.select(
        pl.coalesce("ready", date + pl.duration(microseconds=pl.col("day_us").fill_null(0))).alias("wall")
    ).to_series()
