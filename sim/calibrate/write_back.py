"""Requirements and results by interval, written in the words of the system that the log came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from sim.calibrate.log import FileRead, Notes
from sim.loading.refusal import Refused
from sim.measure.spreadsheet import no_formulas

NEEDED = ("queue", "start", "length_s")
ORDER = ("queue", "start", "end", "length_s", "offered", "handled", "abandoned", "aht_s", "asa_s", "service_level",
         "within_s", "required", "scheduled", "staffed", "occupancy")
"""Our columns in the order in which they are written; others follow them under their own names."""
DURATIONS, SHARES = ("aht_s", "asa_s"), ("service_level", "occupancy")
DECIMALS = 4
DATES = {"ymd": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
ISO, ISO_UTC = "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"


class Style(NamedTuple):
    """How a system writes intervals down."""

    names: Mapping[str, str]
    """our column -> its column; "a + b" is a date and a time"""
    start: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S",)
    """how times are written, one form for each of the columns of the start"""
    clock: bool = False
    """whether durations are written as hh:mm:ss"""
    percent: bool = False
    """whether shares are written with a percent sign"""
    totals: Mapping[str, tuple[str, str]] = {}
    """its column -> (our mean, our count): written as their product"""
    minutes: bool = False
    """whether lengths are in minutes"""
    constants: Mapping[str, str] = {}
    delimiter: str | None = None


STYLES: dict[str, Style] = {
    "amazon_metrics": Style(
        {"queue": "Queue", "start": "StartInterval", "end": "EndInterval", "offered": "Contacts queued",
         "handled": "Contacts handled", "abandoned": "Contacts abandoned", "aht_s": "Average handle time",
         "asa_s": "Average queue answer time", "service_level": "Service level", "occupancy": "Occupancy"},
        (ISO,), clock=True, percent=True,
    ),
    "amazon_forecast": Style(
        {"queue": "QueueName", "start": "TimeStamp", "length_s": "IntervalDuration", "aht_s": "AverageHandleTime",
         "offered": "IncomingContactVolume", "handled": "ContactsHandled"},
        (ISO_UTC,), constants={"ChannelType": "VOICE"},
    ),
    "genesys": Style(
        {"start": "Interval Start UTC Date", "queue": "Queue", "offered": "Offered", "handled": "Interactions Handled"},
        (ISO_UTC,), totals={"Total Handle Time (Seconds)": ("aht_s", "handled")},
        constants={"Media Type": "Voice", "Skill Set": "", "Language": ""},
    ),
    "avaya": Style(
        {"start": "row_date + starttime", "length_s": "intrvl", "queue": "split", "offered": "callsoffered",
         "handled": "acdcalls", "abandoned": "abncalls", "within_s": "servicelevel"},
        ("%m/%d/%Y", "%-H%M"), minutes=True,
        totals={"acdtime": ("aht_s", "handled"), "anstime": ("asa_s", "handled"),
                "acceptable": ("service_level", "offered"), "i_stafftime": ("scheduled", "length_s")},
    ),
    "nice": Style(
        {"start": "date + period", "queue": "ctName", "offered": "contRcvd", "handled": "contHandled", "aht_s": "AHT",
         "asa_s": "ASA", "service_level": "SL"},
        ("%m%d%Y", "%H%M"), delimiter="|",
    ),
}
"""The known systems whose reports hold intervals; a log of calls, and one of unknown make, has no style."""


def write_back(results: pl.DataFrame, path: Path, notes: Notes, timezone: str | None = None) -> Path:
    """The file written: results by interval as the first file of `notes` names and writes things.

    `results` needs queue, start (local) and length_s; of ORDER and any other column it writes what is there. A name
    ending in .xlsx makes an Excel file, any other a text file with the delimiter and decimal sign of the source. Times
    go back to UTC where the source is in UTC and `timezone` is known. Raises Refused where it cannot be written, and
    leaves no half of a file.
    """
    lacking = [name for name in NEEDED if name not in results.columns]
    if lacking:
        raise ValueError(f"results lack {', '.join(lacking)}")
    file = notes.files[0] if notes.files else FileRead("", "generic", 0, 0)
    style = STYLES.get(file.reader) or _own_style(file)
    excel = path.suffix.lower() == ".xlsx"
    frame = in_words(_moved(results, file, timezone), style, file, excel)
    part = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        if excel:
            _write_excel(frame, part)
        else:
            _write_text(frame, part, style.delimiter or file.delimiter or ",", file.decimal)
        os.replace(part, path)
    except OSError as error:
        raise Refused(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return path


def _own_style(file: FileRead) -> Style:
    """The style of a file of unknown make: the names that it has, dates in its own order."""
    date = DATES[file.date_order]
    two = " + " in file.columns.get("start", "")
    return Style({}, (date, "%H:%M:%S") if two else (f"{date} %H:%M:%S",))


def _moved(results: pl.DataFrame, file: FileRead, timezone: str | None) -> pl.DataFrame:
    """The results with their times in UTC, if that is what the source has."""
    if not (file.utc and timezone):
        return results
    inside = pl.col("start").dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return results.with_columns(inside.dt.convert_time_zone("UTC").dt.replace_time_zone(None).alias("start"))


def in_words(results: pl.DataFrame, style: Style, file: FileRead, typed: bool = False) -> pl.DataFrame:
    """The results under the system's names and in its forms; numbers stay numbers, and times too where `typed`."""
    # a log of calls has columns that mean something else than an interval's: handled is a flag there
    by_interval = style.names or "offered" in file.columns or "start" in file.columns
    names = {**style.names, **({k: v for k, v in file.columns.items() if k in ORDER} if by_interval else {})}
    frame = results.with_columns((pl.col("start") + pl.duration(seconds=pl.col("length_s"))).alias("end"))
    written = [name for name in ORDER if name in frame.columns and (name != "end" or name in names)]
    others = [name for name in results.columns if name not in ORDER]
    columns: list[pl.Expr] = [pl.lit(value).alias(name) for name, value in style.constants.items()]
    for name in (*written, *others):
        columns += _column(name, names.get(name, name), style, file, typed, frame.schema[name])
    for total, (mean, count) in style.totals.items():
        if mean in frame.columns and count in frame.columns:
            columns.append((pl.col(mean) * pl.col(count)).round(DECIMALS).alias(total))
    return frame.select(columns)


def _column(
    name: str, theirs: str, style: Style, file: FileRead, typed: bool, kind: pl.DataType
) -> list[pl.Expr]:
    value = pl.col(name)
    if name in ("start", "end"):
        parts = theirs.split(" + ")
        forms = style.start if len(parts) == len(style.start) else ("%Y-%m-%d", "%H:%M:%S")[-len(parts):]
        if typed and len(parts) == 1:
            return [value.alias(theirs)]
        return [_time(value, form).alias(part) for part, form in zip(parts, forms, strict=False)]
    if name == "length_s":
        return [_length(value, style, file).alias(theirs)]
    if name in DURATIONS and style.clock:
        return [_clock(value).alias(theirs)]
    if name in SHARES and style.percent:
        return [pl.format("{}%", (value * 100).round(2)).alias(theirs)]
    return [(value.round(DECIMALS) if kind.is_float() else value).alias(theirs)]


def _time(value: pl.Expr, form: str) -> pl.Expr:
    """The time as text; hhmm of a number has no zero in front, as the system has it."""
    if form == "%-H%M":
        return value.dt.hour().cast(pl.Int64) * 100 + value.dt.minute().cast(pl.Int64)
    return value.dt.strftime(form)


def _length(value: pl.Expr, style: Style, file: FileRead) -> pl.Expr:
    if file.reader == "amazon_forecast":
        return pl.format("{}mins", (value // 60).cast(pl.Int64))
    return (value // 60).cast(pl.Int64) if style.minutes else value


def _clock(value: pl.Expr) -> pl.Expr:
    whole = value.round().cast(pl.Int64)
    parts = [(whole // 3600), (whole // 60 % 60), (whole % 60)]
    return pl.format("{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))


def _write_text(frame: pl.DataFrame, path: Path, delimiter: str, decimal: str) -> None:
    numbers = [name for name, kind in frame.schema.items() if kind.is_float()]
    frame = frame.with_columns(
        pl.col(name).cast(pl.String).str.replace(r"\.0$", "") for name in numbers
    )
    if decimal == ",":
        frame = frame.with_columns(pl.col(numbers).str.replace(".", ",", literal=True))
    no_formulas(frame).write_csv(path, separator=delimiter)


def _write_excel(frame: pl.DataFrame, path: Path) -> None:
    try:
        import xlsxwriter
    except ImportError:
        raise Refused(
            f"{path.suffix}: writing Excel needs xlsxwriter: pip install 'tightrope[calibrate]', or name a .csv file"
        ) from None
    # a queue whose name begins with = is a name and no formula
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        frame.write_excel(book, "Intervals", dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm"}, autofit=True)
