"""The verb `sensitivity`: how far each coefficient of behavior moves the figures over the range in which it may lie."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from sim.loading.check import Loaded
    from sim.measure.kpis import Kpi
    from sim.study.sensitivity import Varied

HELP = """
usage: python -m sim sensitivity +scenario=NAME [KEY=VALUE ...] [only=PART,PART.NAME,...] [method=METHOD]

Sets each coefficient of behavior to the low and to the high end of its range, the others left as the scenario has
them, and shows how far service level, handle time, CSAT, first contact resolution and the net per week move. The
random numbers are the same throughout, and every change has a paired interval. The letter behind a coefficient says
how sure its size is: S strong evidence, M medium, W weak, A assumed. docs/model.md has ranges and sources.

  python -m sim sensitivity tightrope                        all coefficients (a minute or two)
  python -m sim sensitivity tightrope replications=20        narrower intervals
  python -m sim sensitivity tightrope only=talk,resolution.hurry
  python -m sim sensitivity tightrope goals.aht_target=240   elsewhere; any key of the scenario as for run
  python -m sim sensitivity tightrope method=morris          all at once, in steps (needs SALib)
  python -m sim sensitivity tightrope method=sobol only=talk samples=64    shares of the variance (needs SALib)

method    one_at_a_time (default) | morris | sobol;  pip install "tightrope[sensitivity]" brings SALib
samples   trajectories of morris (default 6), base points of sobol (a power of 2, default 32): more take longer
Results in outputs/NAME/sensitivity-DATE-TIME/: sensitivity.csv, tornado plots, report.html, study.json, config.yaml
"""

METHODS = ("one_at_a_time", "morris", "sobol")
OWN = ("method", "only", "samples")
ROWS = 15
"""coefficients in the terminal's table"""


class Asked(NamedTuple):
    """What the words ask for."""

    settings: dict[str, str]
    method: str
    only: list[str]
    samples: int | None


def main(words: list[str]) -> int:
    """Run the study. Exit status 0 when all of it is done."""
    from sim.cli import studies

    settings, rest = studies.split(words, OWN, "sensitivity")
    asked = _asked(settings)
    loaded = studies.load_people(rest, "sensitivity")
    _run(loaded, asked)
    return 0


def _asked(settings: dict[str, str]) -> Asked:
    """The verb's settings. Raises Refused."""
    from sim.cli.studies import whole
    from sim.loading.refusal import Refused, did_you_mean
    from sim.people.register import REGISTER

    method = settings.get("method", METHODS[0])
    if method not in METHODS:
        near = did_you_mean(method, METHODS)
        raise Refused(f"command line: method={method}: unknown method{near} ({', '.join(METHODS)})")
    keys = [each.key for each in REGISTER]
    known = list(dict.fromkeys([*(key.partition(".")[0] for key in keys), *keys]))
    only = [word.strip().removeprefix("behavior.") for word in settings.get("only", "").strip("[]").split(",")]
    only = [word for word in only if word]
    for word in only:
        if word not in known:
            raise Refused(
                f"command line: only={settings['only']}: no coefficient or part {word}{did_you_mean(word, known)}"
            )
    samples = None
    if "samples" in settings:
        if method == "one_at_a_time":
            raise Refused(f"command line: samples={settings['samples']}: only morris and sobol take samples")
        samples = whole(settings["samples"], "samples", 2, 10_000)
        if method == "sobol" and samples & (samples - 1):
            raise Refused(f"command line: samples={samples}: sobol needs a power of 2, such as 64")
    return Asked(settings, method, only, samples)


def _run(loaded: Loaded, asked: Asked) -> None:
    from datetime import datetime

    from sim.cli import studies
    from sim.cli.job import write_config
    from sim.report.run_folder import RunFolder
    from sim.study.sensitivity import KPIS, varied
    from sim.study.variants import kpis_of

    started, clock = datetime.now(), time.perf_counter()
    coefficients = varied(loaded.raw, asked.only)
    kpis = kpis_of(loaded.scenario, KPIS)
    with RunFolder(studies.folder_for(loaded, "sensitivity", started)) as folder:
        write_config(folder.making, loaded)
        if asked.method == "one_at_a_time":
            replications, variants, frame = _one_at_a_time(loaded, coefficients, kpis)
        else:
            replications, variants, frame = _sampled(loaded, asked, coefficients, kpis)
        frame.write_csv(folder.making / "sensitivity.csv")
        told: dict[str, Any] = {
            "scenario": loaded.scenario.name,
            "command": studies.command("sensitivity", loaded, asked.settings),
            "method": asked.method,
            "seed": loaded.scenario.seed,
            "replications": replications,
            "variants": variants,
            "coefficients": [each.coefficient.key for each in coefficients],
        }
        studies.write_study(folder, told, started, clock)
        from sim.report.sensitivity import summary, write_sensitivity

        write_sensitivity(folder.making, frame, told, loaded.scenario.confidence)
    print(summary(frame, told, loaded.scenario.confidence, ROWS))
    from sim.loading.places import shown

    took = f"{time.perf_counter() - clock:.0f} s"
    each = f"{replications} replication{'s' if replications > 1 else ''} of each"
    print(f"\n{variants} variants, {each}, in {took}: {shown(folder.place)}/report.html")


def _one_at_a_time(
    loaded: Loaded, coefficients: Sequence[Varied], kpis: Sequence[Kpi]
) -> tuple[int, int, pl.DataFrame]:
    from sim.cli import studies
    from sim.study.sensitivity import REPLICATIONS, one_at_a_time, spans
    from sim.study.variants import figures

    replications = studies.replications(loaded, REPLICATIONS)
    variants = one_at_a_time(coefficients)
    found = figures(loaded.raw, variants, kpis, replications)
    watched = studies.watched(found, len(variants), f"{loaded.scenario.name}: sensitivity")
    return replications, len(variants), spans(coefficients, kpis, watched, loaded.scenario.confidence)


def _sampled(
    loaded: Loaded, asked: Asked, coefficients: Sequence[Varied], kpis: Sequence[Kpi]
) -> tuple[int, int, pl.DataFrame]:
    import numpy as np

    from sim.cli import studies
    from sim.loading.refusal import Refused
    from sim.study import sampling
    from sim.study.variants import figures

    method: sampling.Method = "morris" if asked.method == "morris" else "sobol"
    if len(coefficients) < 2:
        raise Refused(f"command line: only={asked.settings['only']}: {method} needs at least 2 coefficients")
    try:
        plan = sampling.design(method, coefficients, asked.samples or sampling.SAMPLES[method], loaded.scenario.seed)
    except ImportError:
        raise Refused(f'method={method} needs SALib: pip install "tightrope[sensitivity]"') from None
    replications = studies.replications(loaded, sampling.REPLICATIONS[method], 1)
    found = figures(loaded.raw, plan.variants, kpis, replications)
    watched = studies.watched(found, len(plan.variants), f"{loaded.scenario.name}: {method}")
    values = np.array([each.mean() for each in watched])
    return replications, len(plan.variants), sampling.analysis(plan, coefficients, kpis, values)
