"""The words of `compare` that ask for a live pilot: `pilot=true`, and what it is to be like."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.pilot import Asked, Pilot

HELP = """
  python -m sim compare peak 'with=[goals.aht_target=240]' pilot=true

pilot=true says how long a live pilot must run, and with how many callers, to see the difference: power by simulation.
pilot.share     of the callers (or days) that are handled in the new way (default 0.5)
pilot.power     chance to see the difference (default 0.8; 0.9 is shown as well)
pilot.kpi       what it is judged by, such as csat_surveyed,aht_s (default all that a center sees)
pilot.max_days  longest pilot that is simulated (default 90)
With a pilot there are 60 replications unless replications=N says otherwise.
"""
REPLICATIONS = 60
NOT_SAVED = (
    "command line: pilot=true: saved runs do not keep what each caller lived through: simulate both here, "
    "compare +scenario=NAME 'with=[KEY=VALUE]' pilot=true"
)
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
    from sim.study.pilot import Asked
    from sim.study.pilot_days import KPIS

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
    from sim.study.compare import Side
    from sim.study.sides import why_not

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
    raws: Sequence[Mapping[str, Any]], names: Sequence[str], wanted: Asked, replications: int, title: str
) -> Pilot:
    """The pilots of all other scenarios against the first, simulated. Raises Refused where there is nothing to see."""
    from sim.cli.studies import watched
    from sim.loading.refusal import Refused
    from sim.measure import Layout
    from sim.measure.people_kpis import contact_kpis
    from sim.study.pilot import Pilot, found
    from sim.study.pilot_days import pilot_days
    from sim.study.sides import changes

    scenario = _built(raws[0])
    known = {kpi.key: kpi for kpi in contact_kpis(Layout.of(scenario).people)}
    kpis = [known[key] for key in wanted.kpis if key in known]
    days = list(watched(pilot_days(raws, replications, wanted.share, wanted.kpis), len(raws), f"{title}: pilot"))
    moved = {name: heads(changes(raw, raws[0])) for name, raw in zip(names[1:], raws[1:], strict=True)}
    every = [
        each
        for name, own in zip(names[1:], days[1:], strict=True)
        for each in found(name, kpis, own, days[0], wanted, moved[name], scenario.days, scenario.confidence,
                          scenario.seed)
    ]  # fmt: skip
    if not every:
        raise Refused("command line: pilot: there are no contacts or answers to judge a pilot by")
    return Pilot(wanted, every, scenario.days, replications, scenario.confidence,
                 {name: keys for name, keys in moved.items() if keys})  # fmt: skip


def told(pilot: Pilot | None) -> dict[str, Any]:
    """What study.json says of it."""
    from sim.study.pilot_table import facts

    return {"pilot": facts(pilot)} if pilot else {}


def write(folder: Path, pilot: Pilot | None) -> None:
    """Write pilot.csv, where there is a pilot."""
    from sim.study.pilot_table import pilot_table

    if pilot:
        pilot_table(pilot).write_csv(folder / "pilot.csv")


def summary(pilot: Pilot, base: str) -> str:
    """What the terminal shows."""
    from sim.report.pilot import summary

    return summary(pilot, base)
