"""How long the parts of a day should be by which held-out agents are counted: tried within the bank's January to March.

    python benchmarks/calibrate/parts.py LOGS

Three tests, none of which sees April or May: January predicts February, January and February predict March, the first
60 % of January to March the rest. Printed are mean absolute errors of single hours by KPI, replayed arrivals, beside
hourly Erlang A. Parts of 30 minutes are the scenario's own intervals, with whole heads that keep the mean by rounding
now up, now down; shorter ones have steady heads.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate import held_contacts, trust
from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log

MINUTES = (30, 10, 5, 2)
APRIL = dt.datetime(1999, 4, 1)
TESTS = (
    ("February", dt.date(1999, 2, 1), dt.datetime(1999, 3, 1)),
    ("March", dt.date(1999, 3, 1), APRIL),
    ("last 40 %", None, APRIL),
)
"""name, first predicted day, end of what is looked at"""
REPLICATIONS = 19


def main(folder: Path) -> None:
    log = read_log(sorted(folder.glob("*.txt")))
    assert isinstance(log, ContactLog)
    contacts = log.contacts.filter(pl.col("queue") != "return_calls")
    print(f"{'predicted':10}{'parts':>14}", *(f"{kpi:>14}" for kpi in held_contacts.CONTACT_KPIS))
    for name, since, until in TESTS:
        part = contacts.filter(pl.col("arrived") < until)
        for minutes in MINUTES:
            held_contacts.STAFF_MIN = minutes
            found = trust.trust(part, since=since, replications=REPLICATIONS)
            show(found, name, f"{minutes} min", trust.REPLAYED)
        show(found, name, "Erlang A", f"Erlang A, {trust.REPLAYED}")


def show(found: trust.Trust, test: str, name: str, method: str) -> None:
    errors = [found.score(method, kpi)["mae"] for kpi in found.kpis]
    print(f"{test:10}{name:>14}", *(f"{error:14.3f}" for error in errors), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
