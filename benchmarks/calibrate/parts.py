"""How long the parts of a day should be by which held-out agents are counted: tried within the bank's January to March.

    python benchmarks/calibrate/parts.py LOGS

Two tests, neither of which sees April or May: January predicts February, January and February predict March. Printed
are mean absolute errors of single hours by KPI, replayed arrivals, beside hourly Erlang A.
"""

from __future__ import annotations

import datetime as dt
import sys
from itertools import pairwise
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate import held_contacts, trust
from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log

MINUTES = (30, 10, 5, 2)
MONTHS = (dt.datetime(1999, 2, 1), dt.datetime(1999, 3, 1), dt.datetime(1999, 4, 1))
REPLICATIONS = 19


def main(folder: Path) -> None:
    log = read_log(sorted(folder.glob("*.txt")))
    assert isinstance(log, ContactLog)
    contacts = log.contacts.filter(pl.col("queue") != "return_calls")
    print(f"{'predicted':10}{'parts':>14}", *(f"{kpi:>14}" for kpi in held_contacts.CONTACT_KPIS))
    for since, until in pairwise(MONTHS):
        part = contacts.filter(pl.col("arrived") < until)
        for minutes in MINUTES:
            held_contacts.STAFF_MIN = minutes
            found = trust.trust(part, since=since.date(), replications=REPLICATIONS)
            show(found, since, f"{minutes} min", trust.REPLAYED)
        show(found, since, "Erlang A", f"Erlang A, {trust.REPLAYED}")


def show(found: trust.Trust, since: dt.datetime, name: str, method: str) -> None:
    errors = [found.score(method, kpi)["mae"] for kpi in found.kpis]
    print(f"{since:%B}  {name:>14}", *(f"{error:14.3f}" for error in errors), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
