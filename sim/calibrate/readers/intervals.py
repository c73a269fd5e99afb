"""A table of counts by queue and interval as normalised intervals."""

from __future__ import annotations

import polars as pl

from sim.calibrate.log import INTERVALS, NO_QUEUE
from sim.calibrate.readers import account
from sim.calibrate.readers.cells import TOTAL, numbers
from sim.calibrate.readers.contacts import FAR, Normal
from sim.calibrate.readers.reading import Rule
from sim.calibrate.readers.table import ROW
from sim.calibrate.readers.times import begins
from sim.calibrate.readers.values import Values
from sim.calibrate.readers.zones import missing
from sim.loading.refusal import Refused

LENGTHS_MIN = (5, 10, 15, 20, 30, 60)
DAY_S = 86_400
NOT_VOICE = ("chat", "email", "e-mail", "message", "task", "sms", "callback", "webchat", "outbound")
SHARE_LIMIT = 1.5
"""A share above this means that the column holds percent."""
PART = "__part"


def normalised(values: Values) -> Normal:
    """The intervals of one table, not yet sorted, parts of an interval added up. Raises Refused as contacts do."""
    guessed: list[str] = []
    opened, values = values, _without_totals(values)
    start = values.moment("start")
    opened.zoned = values.zoned
    assert start is not None, "a reading of intervals has a start"
    frame = values.table.frame.with_columns(start.local.alias("__start"), _queue(values), *_numbers(values, guessed))
    frame = frame.with_columns(_length(values, frame, guessed))
    frame, unreadable = values.marked(frame)
    frame = frame.with_columns(missing(start.local, values.zone).alias("__missing"))
    name = values.table.name
    totals = [Rule("a total or an average, no interval", pl.col("__total"), "nothing to do", False)]
    rest, out = account.part(frame, [*totals, *values.reading.drops, *unreadable, *_impossible()], name)
    odd = [
        *values.reading.keeps,
        Rule("more contacts handled and abandoned than offered",
             pl.col("__handled").fill_null(0) + pl.col("__abandoned").fill_null(0) > pl.col("__offered") + 0.5,
             "kept; the contacts may have come in the interval before"),
        Rule(f"at a time that there is not in {values.zone} (the clocks go forward)", pl.col("__missing"),
             "kept as written"),
    ]
    return Normal(_in_form(rest, values), out, account.kept(rest, odd, name), guessed)


def _without_totals(values: Values) -> Values:
    """The values with totals marked: their cells are not to be read as times."""
    table = values.table
    looked = [name for column in ("start", "queue") if values.has(column) for name in values.column(column).columns]
    total = pl.any_horizontal(
        [pl.col(name).cast(pl.String).str.contains(TOTAL).fill_null(False) for name in looked] or [pl.lit(False)]
    )
    frame = table.frame.with_columns(total.alias("__total"))
    texts = [name for name in values.column("start").columns if frame.schema[name] == pl.String]
    frame = frame.with_columns(begins(frame[name]).alias(name) for name in texts).with_columns(
        pl.when(~pl.col("__total")).then(pl.col(name)).alias(name) for name in texts
    )
    return Values(table._replace(frame=frame), values.reading, values.zone, values.decimal, values.order)


def _queue(values: Values) -> pl.Series:
    """The queue, with its medium where there are several: a chat is no call."""
    queue = values.text("queue")
    height = values.table.frame.height
    name = queue.fill_null(NO_QUEUE) if queue is not None else pl.Series([NO_QUEUE] * height, dtype=pl.String)
    media = values.text("media")
    if media is not None and media.str.to_lowercase().n_unique() > 1:
        other = pl.col("m").str.to_lowercase().is_in(NOT_VOICE)
        name = pl.DataFrame({"q": name, "m": media}).select(
            pl.when(other).then(pl.col("q") + " (" + pl.col("m").str.to_lowercase() + ")").otherwise(pl.col("q"))
        ).to_series()
    return name.alias("__queue")


def _numbers(values: Values, guessed: list[str]) -> list[pl.Series]:
    nothing = pl.Series([None] * values.table.frame.height, dtype=pl.Float64)
    found: dict[str, pl.Series | None] = {
        name: values.number(name) for name in ("offered", "handled", "abandoned", "answered_within", "staffed")
    }
    found |= {
        name: values.seconds(name)
        for name in ("aht_s", "handle_total_s", "talk_total_s", "wrap_total_s", "hold_total_s", "asa_s",
                     "answer_total_s", "abandon_wait_s", "abandon_total_s", "within_s", "staffed_total_s")
    }
    found |= {name: _share(values, name, guessed) for name in ("service_level", "occupancy")}
    return [(nothing if series is None else series).alias(f"__{name}") for name, series in found.items()]


def _share(values: Values, meaning: str, guessed: list[str]) -> pl.Series | None:
    share = values.number(meaning)
    if share is None:
        return None
    unit = values.column(meaning).unit
    largest = share.max()
    percent = unit == "percent" or (
        unit is None and isinstance(largest, float) and (largest > SHARE_LIMIT or _signed(values, meaning))
    )
    if percent:
        guessed.append(f"'{values.column(meaning)}' is in percent")
    return share / 100 if percent else share


def _signed(values: Values, meaning: str) -> bool:
    cells = values.cells(values.column(meaning).columns[0])
    return cells.dtype == pl.String and bool(cells.str.ends_with("%").any())


def _length(values: Values, frame: pl.DataFrame, guessed: list[str]) -> pl.Series:
    """Seconds of each interval: told, from its end, or the commonest step between one queue's begins."""
    if "length_s" in values.reading.constants:
        return pl.Series("__length", [values.reading.constants["length_s"]] * frame.height, dtype=pl.Float64)
    if values.has("length_s"):
        return _told_length(values).alias("__length")
    if values.has("end"):
        start, end = values.moment("start"), values.moment("end", values.moment("start"))
        assert start is not None and end is not None
        return ((end.instant - start.instant).dt.total_microseconds() / 1e6).alias("__length")
    length = _step_s(frame)
    if length is None:
        raise Refused(
            f"{values.table.name}: how long an interval is cannot be told: write length_s: 1800 (seconds) in a mapping "
            "file"
        )
    guessed.append(f"intervals of {length / 60:g} min, from the steps between them")
    return pl.Series("__length", [length] * frame.height, dtype=pl.Float64)


def _told_length(values: Values) -> pl.Series:
    """A column of lengths: 15mins, daily, 00:30:00, or plain numbers, minutes where they are 60 and less."""
    column = values.column("length_s")
    cells = values.cells(column.columns[0])
    if cells.dtype == pl.String:
        words = cells.str.to_lowercase()
        words = words.str.replace("^daily$|^day$", "24h").str.replace(r"(\d+) ?min\w*$", "${1}m")
        values.put(column.columns[0], words)
    seconds = values.seconds("length_s")
    assert seconds is not None
    plain = numbers(values.cells(column.columns[0]), values.decimal)
    largest = plain.max()
    if column.unit is None and isinstance(largest, float) and plain.null_count() < len(plain) and largest <= 60:
        return seconds * 60
    return seconds


def _step_s(frame: pl.DataFrame) -> float | None:
    steps = (
        frame.filter(~pl.col("__total")).select("__queue", "__start").drop_nulls().unique().sort("__queue", "__start")
        .select((pl.col("__start") - pl.col("__start").shift(1).over("__queue")).dt.total_seconds().alias("s"))
        .filter(pl.col("s").is_in([minutes * 60 for minutes in LENGTHS_MIN]))
        .group_by("s").len().sort("len", "s", descending=[True, False])
    )
    return float(steps["s"][0]) if steps.height else None


def _impossible() -> list[Rule]:
    start = pl.col("__start")
    low, high = start.quantile(0.25, "nearest"), start.quantile(0.75, "nearest")
    reach = pl.max_horizontal((high - low) * 5, FAR)
    signed = ("offered", "handled", "abandoned", "aht_s", "handle_total_s", "asa_s", "answer_total_s",
              "abandon_wait_s", "abandon_total_s", "staffed", "staffed_total_s", "service_level", "occupancy",
              "answered_within")
    empty = pl.all_horizontal(pl.col(f"__{name}").is_null() for name in signed)
    return [
        Rule("no begin of the interval", start.is_null(), "fill it in or delete the row"),
        Rule("no number at all", empty, "nothing to do", False),
        Rule("a day or longer, no interval", pl.col("__length") >= DAY_S, "export intervals of 15 to 60 min", False),
        Rule("the interval has no length", pl.col("__length").is_null() | (pl.col("__length") <= 0), "correct it"),
        Rule("a number is negative", pl.any_horizontal(pl.col(f"__{name}") < 0 for name in signed), "correct it"),
        Rule("a share over 100 %", (pl.col("__service_level") > 1.0001), "correct it"),
        Rule("the time is far from all others of the file", ~start.is_between(low - reach, high + reach),
             "correct the date"),
    ]


def _in_form(rest: pl.DataFrame, values: Values) -> pl.DataFrame:
    """The rows in the log's form; sums instead of means, so that parts of an interval can be added up."""
    handled = pl.col("__handled")
    total = pl.coalesce(
        pl.col("__aht_s") * handled, "__handle_total_s",
        pl.col("__talk_total_s") + pl.col("__wrap_total_s").fill_null(0) + pl.col("__hold_total_s").fill_null(0),
    )
    offered = pl.coalesce("__offered", handled + pl.col("__abandoned"))
    aht = pl.coalesce("__aht_s", pl.when(handled > 0).then(total / handled))
    asa = pl.coalesce("__asa_s", pl.when(handled > 0).then(pl.col("__answer_total_s") / handled))
    lost = pl.col("__abandoned")
    gave_up = pl.coalesce("__abandon_wait_s", pl.when(lost > 0).then(pl.col("__abandon_total_s") / lost))
    level = pl.coalesce(
        "__service_level", pl.when(offered > 0).then((pl.col("__answered_within") / offered).clip(0, 1))
    )
    within = values.reading.constants.get("within_s")
    part = [pl.col(name).cast(pl.String).fill_null("") for name in values.reading.parts]
    return rest.select(
        pl.col("__queue").alias("queue"), pl.col("__start").alias("start").cast(INTERVALS["start"]),
        pl.col("__length").round().cast(pl.Int32).alias("length_s"), offered.alias("offered"), handled.alias("handled"),
        pl.col("__abandoned").alias("abandoned"), aht.alias("aht_s"), asa.alias("asa_s"),
        gave_up.alias("abandon_wait_s"), level.alias("service_level"),
        pl.coalesce("__within_s", pl.lit(within, dtype=pl.Float64)).alias("within_s"),
        pl.coalesce("__staffed", pl.col("__staffed_total_s") / pl.col("__length")).alias("staffed"),
        pl.col("__occupancy").alias("occupancy"), pl.col(ROW).alias("row"),
        (pl.concat_str(part, separator="|") if part else pl.lit("")).alias(PART)
    )


def added_up(rows: pl.DataFrame) -> pl.DataFrame:
    """The intervals with their parts (agents, skills, languages) added up; means weighted by what they are over."""
    if rows.select(pl.struct("queue", "start").is_unique().all()).item():
        return rows

    def mean(name: str, weight: str) -> pl.Expr:
        there = pl.col(name).is_not_null() & (pl.col(weight) > 0)
        weighted = (pl.col(name) * pl.col(weight)).filter(there).sum() / pl.col(weight).filter(there).sum()
        return pl.when(pl.len() == 1).then(pl.col(name).first()).otherwise(weighted.fill_nan(None)).alias(name)

    def total(name: str) -> pl.Expr:
        return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)

    return rows.group_by("queue", "start", maintain_order=True).agg(
        pl.col("length_s").first(), total("offered"), total("handled"), total("abandoned"),
        mean("aht_s", "handled"), mean("asa_s", "handled"), mean("abandon_wait_s", "abandoned"),
        mean("service_level", "offered"), pl.col("within_s").first(), total("staffed"), mean("occupancy", "staffed"),
        pl.col("row").first(), pl.col("file").first(),
    )
