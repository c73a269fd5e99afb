"""Simulated beside actual: python benchmarks/anonymous_bank/compare.py [--weeks 200]

Needs no logs, only actual.csv. Simulates the scenario (`behavior=none`), where callers are told how many stand ahead,
and again with nobody told (`queues.X.told_place=null`); sets Erlang-A beside it (erlang.py). With the name of another
scenario of the bank (`--scenario one_law`, see fit.py), only prints.
Prints the tables, writes them into docs/bank.md and some of them into docs/validation.md (between two marks each)
and all figures into compared.csv, and draws docs/pictures/bank-hours.png. Half a minute for 200 weeks.
"""
from __future__ import annotations

import argparse
import csv
from pathlib import Path

from erlang import erlang_a_hour, mean_patience_s, mean_wrap_s
from picture import draw
from simulated import GROUPS, Figure, Floats, figures, simulate_weeks
from tables import Comparison, Row, in_short, pages

from sim.loading import load
from sim.run import Model

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHIPPED = "anonymous_bank"
BEGIN, END = "<!-- compare.py begins -->", "<!-- compare.py ends -->"
CLOSED = ("queue", "kind", "hour", "weekdays")


def read_actual(path: Path = HERE / "actual.csv") -> dict[tuple[str, str, int | None], dict[str, float]]:
    """The rows of actual.csv by queue, kind of day and hour (None: the whole day), missing figures left out."""
    with path.open(encoding="utf-8") as file:
        return {(row["queue"], row["kind"], int(row["hour"]) if row["hour"] else None):
                {name: float(text) for name, text in row.items() if name not in CLOSED and text}
                for row in csv.DictReader(file)}


def read_weekdays(path: Path = HERE / "actual.csv") -> dict[tuple[str, str, int | None], dict[str, int]]:
    """How many days of each weekday stand behind each row."""
    with path.open(encoding="utf-8") as file:
        return {(row["queue"], row["kind"], int(row["hour"]) if row["hour"] else None):
                dict(zip(words[::2], map(int, words[1::2]), strict=True))
                for row in csv.DictReader(file) for words in [row["weekdays"].split()]}


def logged(row: dict[str, float]) -> dict[str, Figure]:
    """A row's figures with their standard errors: offered a day, and the ratios of sums."""
    def figure(name: str, top: str, bottom: str) -> Figure:
        return Figure(row[top] / row[bottom] if row[bottom] else float("nan"), row.get(f"{name}_se", float("nan")))

    return {"offered": Figure(row["offered"] / row["days"], row["offered_se"]),
            "p_wait": figure("p_wait", "waited", "offered"), "wait_s": figure("wait", "wait_s", "offered"),
            "answered_wait_s": figure("answered_wait", "answered_wait_s", "answered"),
            "abandonment": figure("abandonment", "abandoned", "offered")}


def compare(model: Floats, untold: Floats, wrap_s: float) -> Comparison:
    """The log's figures, the model's and Erlang-A's, for each row of actual.csv that has calls enough to compare."""
    actual, weekdays = read_actual(), read_weekdays()
    patience_s = mean_patience_s(actual["all", "sun-thu", None])
    rows: Comparison = {}
    for (queue, kind, hour), found in actual.items():
        if queue not in GROUPS:
            continue
        hours, group = range(24) if hour is None else [hour], list(GROUPS).index(queue)
        days = weekdays[queue, kind, hour]
        rows[queue, kind, hour] = Row(
            logged(found), figures(model[:, group], days, hours), figures(untold[:, group], days, hours),
            erlang_a_hour(found, wrap_s, patience_s) if "agents" in found else {})
    return rows


def write_csv(rows: Comparison, path: Path) -> None:
    """All figures in one tidy table: a row for each queue, kind of day, hour and measure."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["queue", "kind", "hour", "measure", "log", "log_se", "model", "model_half_width", "untold",
                      "untold_half_width", "erlang_a"])
        for (queue, kind, hour), row in rows.items():
            for measure, log in row.log.items():
                model, untold = row.model[measure], row.untold[measure]
                textbook = f"{row.erlang_a[measure]:.4f}" if measure in row.erlang_a else ""
                out.writerow([queue, kind, "" if hour is None else hour, measure,
                              *(f"{number:.4f}" for number in (*log, *model, *untold)), textbook])


def write_tables(text: str, page: Path) -> None:
    """Puts the tables between the page's two marks; a page without them stays as it is."""
    whole = page.read_text(encoding="utf-8") if page.exists() else ""
    if BEGIN not in whole:
        return
    before, rest = whole.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def simulated(weeks: int, *words: str) -> Floats:
    """The sums of so many weeks; words: name of the scenario and changes, as on a command line."""
    model = Model.of(load(list(words)).scenario)
    queues = list(model.scenario.queues)
    return simulate_weeks(lambda number: model.simulate(number, "compiled").contacts, queues, weeks)


def main() -> None:
    """Simulates, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weeks", type=int, default=200)
    parser.add_argument("--scenario", default=SHIPPED)
    given = parser.parse_args()
    weeks, words = given.weeks, [given.scenario, "behavior=none"]
    scenario = load(words).scenario
    nobody = [f"queues.{name}.told_place=null" for name, queue in scenario.queues.items() if queue.told_place]
    rows = compare(simulated(weeks, *words), simulated(weeks, *words, *nobody), mean_wrap_s(scenario))
    text = pages(rows, weeks)
    print(text)
    if given.scenario != SHIPPED:
        return
    write_csv(rows, HERE / "compared.csv")
    write_tables(text, ROOT / "docs" / "bank.md")
    write_tables(in_short(rows), ROOT / "docs" / "validation.md")
    draw(rows, weeks, ROOT / "docs" / "pictures" / "bank-hours.png")


if __name__ == "__main__":
    main()
