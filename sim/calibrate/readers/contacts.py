"""A table of calls as normalised contacts."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from sim.calibrate.log import ABANDONED, CONTACTS, HANDLED, NO_QUEUE, OTHER, Odd
from sim.calibrate.readers import account
from sim.calibrate.readers.reading import Rule
from sim.calibrate.readers.table import ROW
from sim.calibrate.readers.values import Moment, Values
from sim.calibrate.readers.words import OUTBOUND, WORDS, outcomes
from sim.calibrate.readers.zones import doubled, missing, second_pass
from sim.loading.refusal import Refused, did_you_mean, printable

LONGEST_WAIT_S = 86_400.0
LONGEST_TALK_S = 43_200.0
FAR = pl.duration(days=366)
"""A time this far, and five times the middle half's span, outside of the middle half is none of the file's."""
ID = "id"
"""The contact's own number, kept until duplicates are found."""
TOLD = ("wait_s", "talk_s", "handle_s", "total_s", "hold_s", "wrap_s")
ROUNDING_S = 1.0
"""Differences that are negative by less than this are 0: clocks that round."""


class Normal(NamedTuple):
    """A table's rows in the log's form, and what became of the others."""

    rows: pl.DataFrame
    found: list[tuple[Rule, Odd]]
    kept: list[Odd]
    guessed: list[str]


def normalised(values: Values) -> Normal:
    """The contacts of one table, not yet sorted. Raises Refused where a column cannot be what it was taken for."""
    guessed: list[str] = []
    base = _arrival(values)
    found = _outcome(values, base, guessed)
    frame = values.table.frame.with_columns(
        base.local.alias("__arrived"), found.alias("__outcome"),
        *_texts(values), *_durations(values, base, guessed),
    )
    holds = values.column("total_s").format if values.has("total_s") else None
    frame = _settled(frame, holds, guessed)
    frame, unreadable = values.marked(frame)
    frame = frame.with_columns(
        doubled(base.local, values.zone).alias("__doubled"), missing(base.local, values.zone).alias("__missing")
    )
    name = values.table.name
    rest, out = account.part(frame, [*values.reading.drops, *unreadable, *_impossible(frame)], name)
    kept = account.kept(rest, [*values.reading.keeps, *_odd(values)], name)
    return Normal(_in_form(rest), out, kept, guessed)


def _arrival(values: Values) -> Moment:
    if not values.has("arrived"):
        queued = values.moment("queued")
        assert queued is not None, "a reading of contacts has arrived or queued"
        return queued
    arrived = values.moment("arrived")
    assert arrived is not None
    queued = values.moment("queued", arrived)
    if queued is None:
        return arrived
    both = pl.DataFrame({"q": queued.local, "a": arrived.local, "qi": queued.instant, "ai": arrived.instant})
    return Moment(
        both.select(pl.coalesce("q", "a")).to_series(), both.select(pl.coalesce("qi", "ai")).to_series()
    )


def _outcome(values: Values, base: Moment, guessed: list[str]) -> pl.Series:
    """The outcome: as told in words, by flags, or by whether there is an answer."""
    told = values.text("outcome")
    clues = _clues(values, base)
    if told is None:
        if clues is None:
            guessed.append("no column tells what became of a contact: all count as handled")
            return pl.Series([HANDLED] * values.table.rows, dtype=pl.String).head(values.table.frame.height)
        guessed.append(f"outcome from {clues[1]}")
        return clues[0]
    known, strange = outcomes(told, values.reading.outcomes)
    if strange:
        rows = int((told.is_not_null() & known.is_null()).sum())
        if rows > 0.5 * len(told):
            first = printable(strange[0])
            near = did_you_mean(strange[0].lower(), [word for words in WORDS.values() for word in words])
            raise Refused(
                f"{values.table.name}: column '{values.column('outcome')}' was taken for the outcome, but what "
                f"'{first}' means is not known{near}: say so in a mapping file (outcomes: {{{first}: handled}}), "
                "or outcome: null"
            )
        shown = ", ".join(f"'{printable(word)}'" for word in strange[:3])
        guessed.append(f"outcomes {shown} ({rows:,} rows) count as other; outcomes: in a mapping file says otherwise")
        known = pl.DataFrame({"k": known, "t": told}).select(
            pl.when(pl.col("t").is_not_null()).then(pl.col("k").fill_null(OTHER)).otherwise(pl.col("k"))
        ).to_series()
    if clues is not None and known.null_count():
        known = pl.DataFrame({"k": known, "c": clues[0]}).select(pl.coalesce("k", "c")).to_series()
    return known.fill_null(OTHER)


def _clues(values: Values, base: Moment) -> tuple[pl.Series, str] | None:
    """(outcome, told by what): an abandoned flag or time, an answered flag, an answer, talk time, or an agent."""
    for meaning, yes, no in (("abandoned", ABANDONED, HANDLED), ("handled", HANDLED, ABANDONED)):
        flag = values.flag(meaning)
        if flag is not None:
            frame = pl.DataFrame({"f": flag.fill_null(False)})
            chosen = frame.select(pl.when("f").then(pl.lit(yes)).otherwise(pl.lit(no))).to_series()
            return chosen, f"'{values.column(meaning)}'"
    for meaning in ("answered", "talk_s", "handle_s", "agent"):
        if not values.has(meaning):
            continue
        if meaning == "answered":
            moment = values.moment(meaning, base)
            there = moment.local.is_not_null() if moment else pl.Series([], dtype=pl.Boolean)
        elif meaning == "agent":
            agent = values.text(meaning)
            there = agent.is_not_null() if agent is not None else pl.Series([], dtype=pl.Boolean)
        else:
            length = values.seconds(meaning)
            there = (length > 0).fill_null(False) if length is not None else pl.Series([], dtype=pl.Boolean)
        frame = pl.DataFrame({"f": there})
        chosen = frame.select(pl.when("f").then(pl.lit(HANDLED)).otherwise(pl.lit(ABANDONED))).to_series()
        return chosen, f"whether '{values.column(meaning)}' is filled: without it a contact counts as abandoned"
    return None


def _texts(values: Values) -> list[pl.Series]:
    nothing = pl.Series([None] * values.table.frame.height, dtype=pl.String)

    def of(meaning: str) -> pl.Series:
        found = values.text(meaning)
        return (nothing if found is None else found).alias(f"__{meaning}")

    resolved = values.flag("resolved")
    return [
        of("queue").fill_null(NO_QUEUE), of("agent"), of("caller"), of("id"), of("direction").str.to_lowercase(),
        (pl.Series([None] * values.table.frame.height, dtype=pl.Boolean) if resolved is None else resolved).alias(
            "__resolved"
        ),
    ]


def _between(early: Moment, late: Moment, zone: str | None) -> pl.Series:
    """Seconds from one moment to the other; where it seems negative, in the second pass of a doubled hour."""
    frame = pl.DataFrame({"gap": late.instant - early.instant, "more": second_pass(late.local, zone)})
    gap = pl.col("gap").dt.total_microseconds()
    moved = pl.when((gap < 0) & (gap + pl.col("more") >= 0)).then(gap + pl.col("more")).otherwise(gap)
    return frame.select(moved / 1e6).to_series()


def _durations(values: Values, base: Moment, guessed: list[str]) -> list[pl.Series]:
    """The durations that are told or follow from two moments; null where neither."""
    nothing = pl.Series([None] * values.table.frame.height, dtype=pl.Float64)
    answered, ended, gone = (values.moment(name, base) for name in ("answered", "ended", "abandoned_at"))
    told = {name: values.seconds(name) for name in TOLD}
    to_answer = _between(base, answered, values.zone) if answered else nothing
    to_end = _between(base, ended, values.zone) if ended else nothing
    to_gone = _between(base, gone, values.zone) if gone else nothing
    served = _between(answered, ended, values.zone) if answered and ended else nothing
    if told["wait_s"] is None and told["total_s"] is None and not (answered or ended or gone):
        guessed.append("no column tells how long callers waited: wait_s is empty")
    return [
        *((nothing if series is None else series).alias(f"__{name}") for name, series in told.items()),
        to_answer.alias("__to_answer"), to_end.alias("__to_end"), to_gone.alias("__to_gone"), served.alias("__served"),
    ]


def _settled(frame: pl.DataFrame, holds: str | None, guessed: list[str]) -> pl.DataFrame:
    """The frame with wait, talk, hold and wrap as the log has them."""
    handled, abandoned = pl.col("__outcome") == HANDLED, pl.col("__outcome") == ABANDONED
    frame = _with_total(frame, holds, guessed)
    to_end, hold = pl.coalesce("__to_end", "__whole"), pl.col("__hold_s").fill_null(0)
    to_answer = pl.coalesce("__to_answer", pl.col("__whole") - pl.col("__talk_s") - hold)
    by_difference = pl.when(handled).then(to_answer).otherwise(pl.coalesce("__to_gone", to_end))
    wait = pl.coalesce("__wait_s", by_difference)
    talk = pl.coalesce(
        pl.col("__talk_s"),
        pl.col("__handle_s") - pl.col("__wrap_s").fill_null(0) - hold,
        pl.coalesce("__served", "__service", to_end - wait) - hold,
    )
    if frame["__handle_s"].null_count() < frame.height and frame["__talk_s"].null_count() == frame.height:
        guessed.append("only handle time is told: it stands in talk_s, less hold and wrap-up where they are told")
    rounded = pl.when(wait.is_between(-ROUNDING_S, 0)).then(0.0).otherwise(wait)
    frame = frame.with_columns(rounded.alias("__wait"), talk.alias("__talk"))
    unserved = ~handled & (pl.col("__talk") > 0)
    return frame.with_columns(
        pl.when(handled & (pl.col("__talk") <= LONGEST_TALK_S)).then(pl.col("__talk")).alias("__talk"),
        (handled & (pl.col("__talk") > LONGEST_TALK_S)).fill_null(False).alias("__endless"),
        (unserved & abandoned).alias("__unserved"),
        (handled & (pl.col("__talk") < -ROUNDING_S)).alias("__backwards"),
    ).with_columns(
        pl.when(pl.col("__talk") < 0).then(0.0).otherwise(pl.col("__talk")).alias("__talk"),
        pl.when(pl.col("__talk").is_not_null()).then(pl.col("__hold_s").fill_null(0.0)).alias("__hold"),
        pl.when(handled).then(pl.col("__wrap_s")).alias("__wrap"),
    )


def _with_total(frame: pl.DataFrame, holds: str | None, guessed: list[str]) -> pl.DataFrame:
    """The frame with what `total_s` is: __whole from arrival to end, or __service from answer to end.

    `holds`, from a mapping file, says so ("whole", "service"). Else, where waits are told, those who hung up show
    which: their total is their wait, or it is no service at all.
    """
    whole, service = pl.col("__total_s"), pl.lit(None, dtype=pl.Float64)
    if holds == "service":
        whole, service = service, whole
    elif holds is None and all(frame[name].null_count() < frame.height for name in ("__total_s", "__wait_s")):
        gone = frame.filter((pl.col("__outcome") == ABANDONED) & (pl.col("__wait_s") > 2) & (pl.col("__total_s") > 0))
        alike = gone.select((pl.col("__total_s") - pl.col("__wait_s")).abs() <= 2).to_series()
        if not len(alike) or alike.sum() < 0.8 * len(alike):
            whole, service = service, whole
            guessed.append(
                "the duration is taken to begin with the answer; if it holds the wait, write total_s: {column: ..., "
                "format: whole} in a mapping file"
            )
        else:
            guessed.append("the duration includes the wait, as those who hung up show")
    return frame.with_columns(whole.alias("__whole"), service.alias("__service"))


def _impossible(frame: pl.DataFrame) -> list[Rule]:
    arrived = pl.col("__arrived")
    low, high = arrived.quantile(0.25, "nearest"), arrived.quantile(0.75, "nearest")
    reach = pl.max_horizontal((high - low) * 5, FAR)
    negative = pl.any_horizontal(pl.col(name) < 0 for name in ("__talk_s", "__handle_s", "__hold_s", "__wrap_s"))
    early = pl.col("__wait_s").is_null() & (pl.col("__wait") < 0)
    return [
        Rule("no arrival time", arrived.is_null(), "fill it in or delete the row"),
        Rule("outbound or internal, no caller waits", pl.col("__direction").is_in(OUTBOUND), "nothing to do", False),
        Rule("the answer or the end lies before the arrival", early, "correct the times; do they share one clock?"),
        Rule("the wait is negative", pl.col("__wait") < 0, "correct it"),
        Rule("the end lies before the answer", pl.col("__backwards") & (pl.col("__served") < 0),
             "correct the times; do they share one clock?"),
        Rule("hold and wrap-up are longer than the whole", pl.col("__backwards") & pl.col("__talk_s").is_null(),
             "correct them"),
        Rule("a duration is negative", negative, "correct it"),
        Rule(f"the wait is over {LONGEST_WAIT_S / 3600:.0f} h", pl.col("__wait") > LONGEST_WAIT_S,
             "correct the times, or leave the row out"),
        Rule("the time is far from all others of the file", ~arrived.is_between(low - reach, high + reach),
             "correct the date"),
    ]


def _odd(values: Values) -> list[Rule]:
    stays = "kept as abandoned, without a talk time"
    told = pl.lit(any(values.has(name) for name in ("talk_s", "handle_s", "total_s", "ended")))
    return [
        Rule("handled, but without a talk time", (pl.col("__outcome") == HANDLED) & pl.col("__talk").is_null()
             & ~pl.col("__endless") & told, "kept, not in handle times"),
        Rule(f"talk time over {LONGEST_TALK_S / 3600:.0f} h", pl.col("__endless"), "kept, without the talk time"),
        Rule("abandoned, yet with a talk time", pl.col("__unserved"), stays),
        Rule("in the hour that runs twice when the clocks go back", pl.col("__doubled"),
             "kept; both passes stand in one hour of the wall clock"),
        Rule(f"at a time that there is not in {values.zone} (the clocks go forward)", pl.col("__missing"),
             "kept as written; was the source's clock not changed?"),
    ]


def _in_form(rest: pl.DataFrame) -> pl.DataFrame:
    return rest.select(
        pl.col("__queue").alias("queue"), pl.col("__arrived").alias("arrived").cast(CONTACTS["arrived"]),
        pl.col("__wait").alias("wait_s"), pl.col("__outcome").alias("outcome"), pl.col("__talk").alias("talk_s"),
        pl.col("__hold").alias("hold_s"), pl.col("__wrap").alias("wrap_s"), pl.col("__agent").alias("agent"),
        pl.col("__caller").alias("caller"), pl.col("__resolved").alias("resolved"), pl.col(ROW).alias("row"),
        pl.col("__id").alias(ID),
    )
