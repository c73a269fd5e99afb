"""Whether the trust report is right on average: centers whose truth is known, fitted on 60 % of their days.

    python benchmarks/calibrate/known.py            # 8 seeds, some 3 minutes
    python benchmarks/calibrate/known.py 20

The simulator writes the log, `trust` fits its first part and predicts the rest (9 replications). Per KPI: predicted
over happened, mean over seeds and its standard error, with replayed and with drawn arrivals. Cases: four weeks;
fourteen weeks; four weeks in which agents are away for 8 minutes at a time, 6 % of their shifts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate.from_facts import contacts_from
from sim.calibrate.hourly import CONTACT_KPIS
from sim.calibrate.trust import DRAWN, REPLAYED, trust
from sim.loading import load
from sim.run import Model
from tests.calibrate.lab import AGENTS, CENTER, PATIENCE, RATES, TALK

AWAY = "    shrinkage: {unplanned: 0.06, episode_min: 8}\n    staffing:"
CASES = {"4 weeks": (28, False), "14 weeks": (98, False), "4 weeks, absences": (28, True)}


def log_of(seed: int, days: int, away: bool) -> pl.DataFrame:
    factors = np.exp(np.random.default_rng(seed).normal(0.0, 0.2, max(AGENTS))).round(6).tolist()
    text = CENTER.format(
        days=days, open='"08:00-18:00"', at_close="disconnect", rates=list(RATES), shape=30, slot="null", talk=TALK,
        patience=PATIENCE, told="null", redial=0.4, factors=factors, agents=list(AGENTS),
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        file = Path(folder) / "center.yaml"
        file.write_text(text.replace("    staffing:", AWAY) if away else text)
        scenario = load([str(file), f"seed={seed}", "engine=compiled"]).scenario
    return contacts_from(Model.of(scenario).simulate(0), scenario)


def main(seeds: int) -> None:
    print("|  |  | " + " | ".join(CONTACT_KPIS) + " |")
    print("| --- | --- |" + " ---: |" * len(CONTACT_KPIS))
    for name, (days, away) in CASES.items():
        found = [trust(log_of(seed, days, away), replications=9) for seed in range(1, seeds + 1)]
        for method in (REPLAYED, DRAWN):
            cells = []
            for kpi in CONTACT_KPIS:
                scores = [one.score(method, kpi) for one in found]
                ratio = np.array([score["predicted"] / score["actual"] for score in scores])
                cells.append(f"{ratio.mean():.3f} ({ratio.std(ddof=1) / np.sqrt(seeds):.3f})")
            print(f"| {name} | {method} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
