"""A case as a scenario file: anybody can run it, change it and look at it like any other scenario."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from textwrap import wrap
from typing import Any

import yaml

from sim.study.validation.case import Case
from sim.study.validation.check import scenario_of

WIDTH = 100


def scenario_text(case: Case, seed: int) -> str:
    """The file. It draws the very random numbers of `validate`; the report also counts what the window cuts off."""
    scenario, built = dict(case.scenario), scenario_of(case, seed)
    if case.uses_python:
        scenario["python"] = {**scenario["python"], "file": Path(scenario["python"]["file"]).name}
    values: dict[str, Any] = {
        "description": f"{case.name}: {case.what}",
        "days": case.days,
        "replications": case.replications * case.strata,
        "seed": built.seed,
        **({"sampling": {"strata": case.strata}} if case.strata > 1 else {}),
        "goals": {"within_s": case.within_s, "short_abandon_s": case.short_s},
        **scenario,
        # On the command line people count unless a file says otherwise, coefficient by coefficient.
        "behavior": built.behavior.model_dump() if built.behavior.people else {"people": False, "talk": {"speed": 0.0}},
    }
    values = json.loads(json.dumps(values))  # a part that stands twice is written twice, not as a reference
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    return "\n".join([*_head(case), text])


def write(case: Case, folder: Path, seed: int) -> Path:
    """The case's files in a folder: NAME.yaml, and the policies that it uses. The path of the first.

    Errors: FileExistsError where another file of that name stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case.name}.yaml"
    text = scenario_text(case, seed)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise FileExistsError(17, os.strerror(17), str(path))
    if case.uses_python:
        policies = Path(case.scenario["python"]["file"])
        shutil.copyfile(policies, folder / policies.name)
    path.write_text(text, encoding="utf-8")
    return path


def _head(case: Case) -> list[str]:
    """What the file is, as comments."""
    told = [f"Written by `python -m sim validate --write`; figures held against this center: validate {case.name}"]
    if case.hours is None:
        start, end = case.window.from_s / 3600.0, case.window.to_s / 3600.0
        told.append(f"validate counts contacts that arrive between hours {start:.4g} and {end:.4g} of the run.")
    if case.differs:
        told.append(case.differs)
    if case.uses_python:
        told.append("The file beside this one holds policies: run it with allow_python=true.")
    return [f"# {line}" for each in told for line in wrap(each, WIDTH)]
