"""How many agents of which skills to put on the roster in each half hour."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from arrivals import WHOLE_WEEK, Profile
from days import SLOT_S, SLOTS, WEEKDAYS, Days
from presence import Presence, on_duty

TEAMS = {"general": "personal and prospective calls",
         "stock": "stock exchange calls first, personal calls",
         "all_round": "personal, prospective and stock exchange calls",
         "internet": "internet and personal calls; prospective ones second, as they took them in some months only"}
COVER = ((3,), (1, 2))
"""Teams (by number) of which one must be there: for internet calls, for stock exchange calls."""
STOCK, PROSPECTIVE, INTERNET = 0.025, 0.05, 0.01
"""An agent has a skill in a month if at least this share of the calls they took is of that type. The shares of all
calls are 0.09, 0.13 and 0.006; most agents' shares in a month lie far below or near these."""


class Staffing(NamedTuple):
    """heads: team -> weekday -> agents by half hour (whole numbers). on_duty: the measured means by weekday and half
    hour, all teams. away: share of the shift off the phones. finishing: see `finishing_share`. agents: different
    people by team. calls: team, queue, n."""

    heads: dict[str, dict[int, np.ndarray]]
    on_duty: Profile
    away: float
    finishing: float
    agents: dict[str, int]
    calls: pl.DataFrame


def fit_staffing(calls: pl.DataFrame, found: Presence, days: Days, pace: Profile) -> Staffing:
    """The measured number on duty, team by team, in whole heads.

    Agents are away so often that not the number on shift but the number on duty makes the queues. That it goes up and
    down is left out. Put in at random, with the same mean number, it lengthened the waits by another quarter: the
    bank has more agents on busier days, which random absences do not know. Mean numbers are not whole: their sum is
    rounded with the error carried on to the next half hour, weekdays starting with different errors. Who goes off duty
    in the model finishes the call in hand; what that is expected to add is taken off the next half hour
    (`finishing_share`), so that the agents' time in the model is the measured one.
    pace: by weekday and half hour, the mean service relative to the queues' laws (`service_pace`). Heads are given
    in agents of average pace: on duty / pace.
    """
    team_of = _teams(calls)
    duty = found.duty.with_columns(pl.col("date").dt.month().alias("month")).join(
        team_of, on=["server", "month"], how="left")
    present = {team: _mean_on_duty(duty.filter(pl.col("team") == team), days) for team in TEAMS}
    finishing = finishing_share(calls, found)
    rows = {day: _whole(np.array([mean[day] for mean in present.values()]) / pace[day], row / len(WEEKDAYS), finishing)
            for row, day in enumerate(WEEKDAYS)}
    heads = {team: {day: rows[day][number] for day in WEEKDAYS} for number, team in enumerate(TEAMS)}
    everybody = {day: np.sum([mean[day] for mean in present.values()], axis=0) for day in WEEKDAYS}
    hours = [float((spells["end_s"] - spells["start_s"]).to_numpy().sum()) for spells in (found.duty, found.shifts)]
    agents = {team: int(team_of.filter(pl.col("team") == team)["server"].n_unique()) for team in TEAMS}
    taken = calls.filter(pl.col("server").is_not_null()).join(team_of, on=["server", "month"]).group_by(
        "team", "queue").agg(n=pl.len()).sort("team", "queue")
    return Staffing(heads, everybody, 1 - hours[0] / hours[1], finishing, agents, taken)


def finishing_share(calls: pl.DataFrame, found: Presence) -> float:
    """Part of a half hour that an agent who goes off duty is expected to stay, to finish the call in hand.

    The share of their time for which agents are busy, times the mean rest of the call in hand, E[S^2] / 2 E[S] with S
    service and wrap-up (inspection paradox).
    """
    taken = calls.filter(pl.col("talk_s").is_not_null() & pl.col("server").is_not_null())
    service = taken["talk_s"].to_numpy() + found.wrap.mean_s
    busy = service.sum() / float((found.duty["end_s"] - found.duty["start_s"]).sum())
    return float(busy * (service**2).mean() / (2 * service.mean()) / SLOT_S)


def service_pace(calls: pl.DataFrame, mean_s: pl.Expr, wrap_s: float) -> Profile:
    """Mean of service and wrap-up relative to what the queues' laws give, by hour of day.

    Services are up to 10 % longer around noon and shorter at both ends of the day than one law per queue can show.
    Sunday to Thursday by hour, Friday and Saturday one figure each. `mean_s`: each call's law's mean.
    """
    talked = calls.filter(pl.col("talk_s").is_not_null()).with_columns(mean_s.alias("expected"))
    ratio = ((pl.col("talk_s") + wrap_s).sum() / (pl.col("expected") + wrap_s).sum()).alias("pace")
    week = talked.filter(pl.col("weekday").is_in(WHOLE_WEEK))
    by_hour = dict(week.group_by(pl.col("asked_s") // 3600).agg(ratio).iter_rows())
    hourly = np.array([by_hour.get(slot // 2, 1.0) for slot in range(SLOTS)])
    end = {day: np.full(SLOTS, talked.filter(pl.col("weekday") == day).select(ratio).item()) for day in (5, 6)}
    return {**dict.fromkeys(WHOLE_WEEK, hourly), **end}


def _teams(calls: pl.DataFrame) -> pl.DataFrame:
    """server, month, team: by what they took in that month; PS and PE calls are taken by everybody."""
    taken = calls.filter(pl.col("server").is_not_null()).group_by("server", "month").agg(
        **{name: (pl.col("queue") == name).mean() for name in ("stock", "prospective", "internet")})
    stock = pl.col("stock") >= STOCK
    return taken.select("server", "month", pl.when(stock & (pl.col("prospective") >= PROSPECTIVE))
                        .then(pl.lit("all_round")).when(stock).then(pl.lit("stock"))
                        .when(pl.col("internet") >= INTERNET).then(pl.lit("internet"))
                        .otherwise(pl.lit("general")).alias("team"))


def _mean_on_duty(spells: pl.DataFrame, days: Days) -> Profile:
    """Mean number on duty by weekday and open half hour."""
    filled = days.open_slots.join(on_duty(spells, SLOT_S), on=["date", "slot"], how="left").with_columns(
        pl.col("agents").fill_null(0.0))
    table = {(day, slot): mean for day, slot, mean in
             filled.group_by("weekday", "slot").agg(pl.col("agents").mean()).iter_rows()}
    return {day: np.array([table.get((day, slot), 0.0) for slot in range(SLOTS)]) for day in WEEKDAYS}


def _whole(wanted: np.ndarray, start: float, finishing: float) -> np.ndarray:
    """Whole heads (team, half hour): each half hour's sum is rounded with the error carried on, and goes to the
    teams, head by head, to whoever is furthest behind what it should have had so far. The first two heads see to it
    that no queue is left alone (`COVER`). Each head that a team has less than before counts as `finishing` heads."""
    carried, whole = start, np.zeros(wanted.shape, dtype=np.int64)
    behind = np.zeros(len(wanted))
    for slot, mean in enumerate(wanted.T):
        behind += mean
        carried += mean.sum()
        heads = max(0, int(carried))
        for head in range(heads):
            among = COVER[head] if head < len(COVER) else tuple(range(len(wanted)))
            team = max(among, key=lambda number: float(behind[number]))
            whole[team, slot] += 1
            behind[team] -= 1
        carried -= heads
        if slot:
            carried -= finishing * np.maximum(whole[:, slot - 1] - whole[:, slot], 0).sum()
    return whole
