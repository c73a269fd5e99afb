"""How well calibrated scenarios predict within the bank's January to March, which is where choices are made.

    python benchmarks/calibrate/within.py LOGS

Three tests, none of which sees April or May: January predicts February, January and February predict March, the first
60 % of January to March the rest. Printed are mean absolute errors of single hours by KPI, replayed and drawn arrivals,
beside hourly Erlang A.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate.hourly import CONTACT_KPIS
from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log
from sim.calibrate.trust import DRAWN, REPLAYED, trust

APRIL = dt.datetime(1999, 4, 1)
TESTS = (
    ("February", dt.date(1999, 2, 1), dt.datetime(1999, 3, 1)),
    ("March", dt.date(1999, 3, 1), APRIL),
    ("last 40 %", None, APRIL),
)
"""name, first predicted day, end of what is looked at"""
REPLICATIONS = 39


def main(folder: Path) -> None:
    log = read_log(sorted(folder.glob("*.txt")))
    assert isinstance(log, ContactLog)
    contacts = log.contacts.filter(pl.col("queue") != "return_calls")
    print(f"{'predicted':10}{'':30}", *(f"{kpi:>14}" for kpi in CONTACT_KPIS))
    for name, since, until in TESTS:
        found = trust(contacts.filter(pl.col("arrived") < until), since=since, replications=REPLICATIONS)
        for level in ("hour", "hour of the day"):
            for arrivals in (REPLAYED, DRAWN):
                for method in (arrivals, f"Erlang A, {arrivals}"):
                    errors = [found.score(method, kpi, level)["mae"] for kpi in CONTACT_KPIS]
                    print(f"{name:10}{level:16}{method:30}", *(f"{error:14.3f}" for error in errors), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
