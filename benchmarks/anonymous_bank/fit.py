"""Fits scenarios/anonymous_bank.yaml and actual.csv to the Anonymous Bank's logs.

python benchmarks/anonymous_bank/fit.py FOLDER_WITH_LOGS

With `--one-law` every queue has one law of patience, whatever the number of callers ahead. To look at that beside the
shipped scenario (compare.py --scenario one_law), write it elsewhere: `--scenario scenarios/one_law.yaml`.
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import polars as pl
from actual import actual_table, write_actual
from arrivals import Arrivals, fit_arrivals, high_priority_share
from days import Days, judge_days
from handle import fit_handle
from patience import fit_patience, with_ahead
from presence import presence
from read import Account, read_calls
from redial import Redial, fit_redial
from staffing import fit_staffing, service_pace
from write import Fit, FittedQueue, write_scenario

HERE = Path(__file__).resolve().parent
HIGH_HEAD_START_S = 90
"""High priority starts with 1.5 minutes of waiting credited (documentation of the data)."""
ABOUT = {
    "personal_high": "Types PS (regular) and PE (the same in English, 0.4 % of the calls), priority 2: 90 s of waiting "
                     "credited. Priorities are on record only of those who waited; services too.",
    "personal_regular": "Types PS and PE without high priority.",
    "stock": "Type NE. {share:.0f} % have high priority; the credit is the mean, 90 s times that share.",
    "prospective": "Type NW.",
    "internet": "Type IN.",
}


HIGH = pl.col("priority") == 2


def by_queue(calls: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The calls of the scenario's five queues: personal calls by priority, which waiting reveals; the rest whole."""
    personal = pl.col("queue") == "personal"
    return {"personal_high": calls.filter(personal & HIGH & pl.col("queued")),
            "personal_regular": calls.filter(personal & ~HIGH & pl.col("queued")),
            **{name: calls.filter(pl.col("queue") == name)
               for name in ("stock", "prospective", "internet")}}


def fit_queues(calls: pl.DataFrame, rows: dict[str, pl.DataFrame], days: Days, redial: Redial,
               by_place: bool) -> list[FittedQueue]:
    """The scenario's five queues from their rows (`by_queue`)."""
    share = high_priority_share(calls, "personal")
    rest = {day: 1 - part for day, part in share.items()}
    stock_high = float(rows["stock"].filter(pl.col("queued")).select(HIGH.mean()).item())
    starts = {"personal_high": HIGH_HEAD_START_S, "stock": round(HIGH_HEAD_START_S * stock_high)}
    arrivals: dict[str, Arrivals] = {}
    queues = []
    for name, mine in rows.items():
        kind = name.split("_")[0] if name.startswith("personal") else name
        if kind not in arrivals:
            arrivals[kind] = fit_arrivals(calls, kind, days, redial)
        queues.append(FittedQueue(
            name, ABOUT[name].format(share=100 * stock_high), arrivals[kind],
            {"personal_high": share, "personal_regular": rest}.get(name),
            fit_handle(mine["talk_s"].drop_nulls().to_numpy()), fit_patience(mine, by_place),
            starts.get(name, 0)))
    return queues


def law_means(calls: pl.DataFrame, queues: list[FittedQueue]) -> dict[str, float]:
    """Mean service of each type of call as the scenario has it: personal calls in the mixture of priorities."""
    means = {queue.name: queue.handle.mean_s for queue in queues}
    high = float(high_priority_share(calls, "personal")[1].mean())
    return {**means, "personal": high * means["personal_high"] + (1 - high) * means["personal_regular"]}


def minded(calls: pl.DataFrame, rows: dict[str, pl.DataFrame]) -> dict[str, tuple[float, float]]:
    """By queue of personal callers: how much lower AIC is by those ahead in it, and by all personal callers ahead."""
    together = by_queue(with_ahead(calls.filter(pl.col("queue") == "personal")))
    return {name: (fit_patience(rows[name]).better, fit_patience(mine).better)
            for name, mine in together.items() if name.startswith("personal")}


class Fitted(NamedTuple):
    """The scenario's figures, the table of what happened, and whom personal callers mind."""

    scenario: Fit
    actual: pl.DataFrame
    minded: dict[str, tuple[float, float]]


def fit(folder: Path, by_place: bool = True) -> Fitted:
    """All figures; by_place: patience by callers ahead."""
    account = Account()
    every = read_calls(folder, account)
    days = judge_days(every)
    calls = every.filter(pl.col("date").is_in(days.regular))
    account.note("calls for an agent", every.height, f"{calls.height} on regular days are used")
    redial = fit_redial(calls)
    rows = {name: with_ahead(mine) for name, mine in by_queue(calls).items()}
    queues = fit_queues(calls, rows, days, redial, by_place)
    found = presence(calls)
    callers = calls.filter(pl.col("queue") != "return_calls")
    means = pl.col("queue").replace_strict(law_means(callers, queues), return_dtype=pl.Float64)
    pace = service_pace(callers, means, found.wrap.mean_s)
    staffing = fit_staffing(callers, found, days, pace)
    files = ", ".join(path.name for path in sorted(folder.glob("[0-9][0-9]_*.txt")))
    return Fitted(Fit(account, files, days, queues, redial, found, staffing, pace),
                  actual_table(calls, staffing.on_duty, days), minded(calls, rows))


def main() -> None:
    """Reads the logs, writes both files, prints what was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with 01_January.txt, 02_February.txt, ...")
    parser.add_argument("--scenario", type=Path, default=HERE.parents[1] / "scenarios" / "anonymous_bank.yaml")
    parser.add_argument("--actual", type=Path, default=HERE / "actual.csv")
    parser.add_argument("--one-law", action="store_true", help="patience without looking at the callers ahead")
    given = parser.parse_args()
    began = time.perf_counter()
    fitted = fit(given.folder, not given.one_law)
    write_scenario(fitted.scenario, given.scenario)
    write_actual(fitted.actual, given.actual)
    for what, rows, done in fitted.scenario.account:
        print(f"{rows:8d}  {what}: {done}")
    print("Days left out:")
    for date, why in fitted.scenario.days.left_out.items():
        print(f"  {date:%a %d %b %Y}  {why}")
    print("Do agents come back sooner, or stay, when more callers wait?")
    for low, hours, returns, services, absences in fitted.scenario.presence.coming_back.iter_rows():
        print(f"  from {low} waiting: {returns / hours / 60:.3f} returns a minute away ({hours:.0f} h), "
              f"away after {100 * absences / services:.1f} % of {services:.0f} services")
    print("Whom do callers mind who hang up? AIC of patience is lower than with one law for all by")
    for name, (own, all_personal) in fitted.minded.items():
        print(f"  {name}: {own:.0f} with ratios by callers ahead in the same queue, "
              f"{all_personal:.0f} by all personal callers ahead")
    print(f"{given.scenario} and {given.actual} in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
