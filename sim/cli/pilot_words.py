"""The words of `compare` that ask for a live pilot: `pilot=true`, and what it is to be like."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.comparison.compare import Side
    from sim.study.comparison.pilot import Asked, Pilot
    from sim.study.comparison.pilot_days import PilotDays

HELP = """
  python -m sim compare peak 'with=[goals.aht_target=240]' pilot=true

pilot=true says how long a live pilot must run, and with how many callers, to see the difference: power by simulation.
pilot.share     of the callers (or days) that are handled in the new way (default 0.5)
pilot.power     chance to see the difference (default 0.8; 0.9 is shown as well)
pilot.kpi       what it is judged by, such as csat_surveyed,aht_s (default all that a center sees)
pilot.max_days  longest pilot that is simulated (default 90)
With a pilot there are 60 replications unless replications=N says otherwise; saved runs, which do not keep what each
caller lived through, are simulated again with their own.
"""
REPLICATIONS = 60
SAME = "aht_s"
"""The figure by which a run that is simulated again is known to be the same."""
KEYS = ("pilot", "pilot.share", "pilot.power", "pilot.kpi", "pilot.max_days")
HEADS = re.compile(
    r"(staffing|shifts)\.|teams\.[^.]+\.(agents|shifts|staffing|absence|shrinkage|roster)\b|teams\.[^.]+$"
)
"""Keys by which a scenario changes how many agents there are, and when."""


def split(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The words about a pilot, as typed, and all others. Raises Refused."""
    from sim.cli import studies
    from sim.loading.refusal import Refused

    own = [word for word in words if word.partition("=")[0].lstrip("+").partition(".")[0] == "pilot"]
    rest = [word for word in words if word not in own]
    for word in own:
        if word.partition("=")[0].lstrip("+") not in KEYS or "=" not in word:
            raise Refused(f"command line: {word}: a pilot has {', '.join(KEYS[1:])}, or just pilot=true")
    settings, _ = studies.split([word.lstrip("+") for word in own], KEYS, "compare")
    return settings, rest


def asked(settings: Mapping[str, str]) -> Asked | None:
    """What is asked of a pilot; None where there is to be none. Raises Refused."""
    from sim.cli.studies import whole
    from sim.loading.refusal import Refused
    from sim.study.comparison.pilot import Asked
    from sim.study.comparison.pilot_days import KPIS

    on = settings.get("pilot", "true").lower()
    if on not in ("true", "false"):
        raise Refused(f"command line: pilot={settings['pilot']}: needs true or false")
    if not settings or on == "false":
        return None
    found = Asked()
    if "pilot.share" in settings:
        found = found._replace(share=_one(settings, "pilot.share", 0.05, 0.95))
    if "pilot.power" in settings:
        found = found._replace(power=_one(settings, "pilot.power", 0.5, 0.99))
    if "pilot.max_days" in settings:
        found = found._replace(max_days=whole(settings["pilot.max_days"], "pilot.max_days", 1, 365))
    if "pilot.kpi" in settings:
        names = [name.strip() for name in settings["pilot.kpi"].strip("[]").split(",")]
        strange = [name for name in names if name not in KPIS]
        if strange:
            raise Refused(f"command line: pilot.kpi={strange[0]}: a pilot is judged by {', '.join(KPIS)}")
        found = found._replace(kpis=tuple(name for name in KPIS if name in names))
    return found


def _one(settings: Mapping[str, str], key: str, least: float, most: float) -> float:
    from sim.cli.studies import numbers
    from sim.loading.refusal import Refused

    values = numbers(settings[key], key, least, most)
    if len(values) > 1:
        raise Refused(f"command line: {key}={settings[key]}: needs one number")
    return values[0]


def check(raws: Sequence[Mapping[str, Any]], names: Sequence[str], wanted: Mapping[str, str]) -> None:
    """Raises Refused where no pilot can compare these scenarios: a pilot does not choose who calls."""
    import numpy as np

    from sim.loading.refusal import Refused
    from sim.measure import Layout
    from sim.measure.people_kpis import contact_kpis
    from sim.study.comparison.compare import Side
    from sim.study.comparison.sides import why_not

    sides = [Side(name, dict(raw), np.arange(2), {}, None, None) for name, raw in zip(names, raws, strict=True)]
    for side in sides[1:]:
        reason = why_not(side, sides[0])
        if reason:
            raise Refused(f"command line: pilot: no pilot can compare {side.name} with {sides[0].name}: {reason}")
    for raw, name in zip(raws, names, strict=True):
        have = {kpi.key for kpi in contact_kpis(Layout.of(_built(raw)).people)}
        for kpi in wanted.get("pilot.kpi", "").strip("[]").split(","):
            if kpi.strip() and kpi.strip() not in have:
                raise Refused(
                    f"command line: pilot.kpi={kpi.strip()}: {name} has no such figure: its people do not count"
                )


def _built(raw: Mapping[str, Any]) -> Scenario:
    from sim.scenario import build

    return build(copy.deepcopy(dict(raw)))


def heads(changes: Sequence[tuple[str, str, str]]) -> str:
    """Those of the changed keys that say how many agents there are; "" where none does."""
    return ", ".join(key for key, *_ in changes if HEADS.match(key))


def pilot(
    raws: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    wanted: Asked,
    replications: int,
    title: str,
    confidence: float | None = None,
    look: Callable[[Sequence[PilotDays]], None] | None = None,
) -> Pilot:
    """The pilots of all other scenarios against the first, simulated. Raises Refused where there is nothing to see.

    `confidence`: None = that of the first scenario; `look` may refuse the days that were simulated.
    """
    from sim.cli.studies import watched
    from sim.loading.refusal import Refused
    from sim.measure import Layout
    from sim.measure.people_kpis import contact_kpis
    from sim.study.comparison.pilot import Pilot, found
    from sim.study.comparison.pilot_days import pilot_days
    from sim.study.comparison.sides import changes

    scenario = _built(raws[0])
    known = {kpi.key: kpi for kpi in contact_kpis(Layout.of(scenario).people)}
    kpis = [known[key] for key in wanted.kpis if key in known]
    every_day = pilot_days(raws, replications, wanted.share, (*wanted.kpis, SAME))
    days = list(watched(every_day, len(raws), f"{title}: pilot"))
    if look:
        look(days)
    sure = scenario.confidence if confidence is None else confidence
    moved = {name: heads(changes(raw, raws[0])) for name, raw in zip(names[1:], raws[1:], strict=True)}
    every = [
        each
        for name, own in zip(names[1:], days[1:], strict=True)
        for each in found(name, kpis, own, days[0], wanted, moved[name], scenario.days, sure, scenario.seed)
    ]
    if not every:
        raise Refused("command line: pilot: there are no contacts or answers to judge a pilot by")
    return Pilot(wanted, every, scenario.days, replications, sure, {name: keys for name, keys in moved.items() if keys})


def again(
    runs: Sequence[Side], places: Sequence[str], wanted: Asked, settings: Mapping[str, str], confidence: float
) -> Pilot:
    """The pilots of saved runs, which do not keep what each caller lived through and so are simulated again.

    Raises Refused for runs that have Python of their own, cannot be paired, or come out otherwise than they are saved.
    """
    import numpy as np

    from sim.loading.refusal import Refused, one_line

    raws, names = [run.config for run in runs], [run.name for run in runs]
    for run, place in zip(runs, places, strict=True):
        if run.config.get("python"):
            raise Refused(
                f"{place}: pilot: runs Python of its own; simulate it here: compare +scenario=NAME 'with=[...]'"
            )
    try:
        check(raws, names, settings)
    except ValueError as error:
        raise Refused(f"command line: pilot: saved runs cannot be simulated again: {one_line(error, 150)}") from error
    replications = min(len(run.numbers) for run in runs)

    def look(days: Sequence[PilotDays]) -> None:
        for run, place, own in zip(runs, places, days, strict=True):
            top, bottom = run.sums[SAME]
            kept = np.stack([top, bottom], axis=1)[:replications]
            if not np.allclose(own.days[SAME][:, 1:3], kept, rtol=1e-6):
                why = "another version of the program, or changed files"
                raise Refused(f"{place}: pilot: comes out otherwise when it is simulated again ({why})")

    return pilot(raws, names, wanted, replications, "saved runs", confidence, look)


def told(pilot: Pilot | None) -> dict[str, Any]:
    """What study.json says of it."""
    from sim.study.comparison.pilot_table import facts

    return {"pilot": facts(pilot)} if pilot else {}


def write(folder: Path, pilot: Pilot | None) -> None:
    """Write pilot.csv, where there is a pilot."""
    from sim.study.comparison.pilot_table import pilot_table

    if pilot:
        pilot_table(pilot).write_csv(folder / "pilot.csv")


def summary(pilot: Pilot, base: str) -> str:
    """What the terminal shows."""
    from sim.report.comparison.pilot import summary

    return summary(pilot, base)
