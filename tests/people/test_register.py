"""The register says of every coefficient what the behavior groups say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.people.register import CERTAINTY, REGISTER, Coefficient, coefficient
from sim.people.ways import Ways
from sim.scenario.behavior import Behavior

BEHAVIOR = Path(__file__).parent.parent.parent / "configs" / "behavior"
EVIDENCE = (BEHAVIOR / "evidence.yaml").read_text(encoding="utf-8")
PARTS = [name for name, field in Behavior.model_fields.items() if field.annotation is not bool]
NOT_IN_MOVES = {"pressure.gamers", "energy.start"}
"""read when the agents are drawn, not by a move"""


def each_of(values: dict[str, Any]) -> dict[str, Any]:
    """part.name -> value of the parts of a behavior."""
    return {f"{part}.{name}": value for part in PARTS for name, value in values.get(part, {}).items()}


def test_it_holds_every_coefficient_of_the_scenario_in_order() -> None:
    assert [c.key for c in REGISTER] == list(each_of(Behavior().model_dump()))


def test_it_holds_every_coefficient_that_moves_read() -> None:
    read = {f"{part}.{name}" for part in Ways.__dataclass_fields__ for name in type(getattr(Ways(), part)).__slots__}
    assert read == {c.key for c in REGISTER} - NOT_IN_MOVES


def test_its_defaults_are_those_of_evidence() -> None:
    assert each_of(yaml.safe_load(EVIDENCE)) == {c.key: c.default for c in REGISTER}


def remarks() -> dict[str, tuple[str, float, float]]:
    """part.name -> how sure and the range, as the remark at the line of evidence.yaml, or on the lines above, says."""
    found, part, remark = {}, "", ""
    for line in EVIDENCE.splitlines():
        if named := re.match(r"(\w+):$", line):
            part, remark = named[1], ""
        elif line.startswith("  #"):
            remark += " " + line.removeprefix("  # ")
        elif value := re.match(r"  (\w+): [\d.]+(.*)", line):
            said = re.search(r"\b([SMWA]) \[(\S+), (\S+)\]", remark + value[2])
            assert said is not None, line
            found[f"{part}.{value[1]}"] = (said[1], float(said[2]), float(said[3]))
            remark = ""
    return found


def test_its_ranges_and_certainty_are_those_of_evidences_remarks() -> None:
    assert remarks() == {c.key: (c.certainty, c.low, c.high) for c in REGISTER}


@pytest.mark.parametrize("c", REGISTER, ids=lambda c: c.key)
def test_an_entry_makes_sense(c: Coefficient) -> None:
    assert c.low < c.high
    assert c.low <= c.default <= c.high
    assert c.certainty in CERTAINTY
    assert all((c.label, c.unit, c.source))
    assert coefficient(c.key) is c
    part, name = c.key.split(".")
    for value in (c.default, c.low, c.high) if c.off is None else (c.default, c.low, c.high, c.off):
        model = Behavior.model_validate({part: {name: value}})
        assert getattr(getattr(model, part), name) == value


def test_labels_name_one_thing_each() -> None:
    assert len({c.label for c in REGISTER}) == len(REGISTER)


def test_what_is_not_there_is_no_coefficient() -> None:
    with pytest.raises(KeyError):
        coefficient("talk.nothing")


def test_a_scenario_without_behavior_has_every_mechanism_off() -> None:
    values = each_of(Behavior().model_dump())
    assert {c.key: values[c.key] for c in REGISTER if c.off is not None} == {
        c.key: c.off for c in REGISTER if c.off is not None
    }


@pytest.mark.parametrize("part", PARTS)
def test_each_mechanism_alone_is_that_part_of_evidence(part: str) -> None:
    alone = Behavior.model_validate(yaml.safe_load((BEHAVIOR / f"only_{part}.yaml").read_text(encoding="utf-8")))
    assert alone.people
    values = each_of(alone.model_dump())
    for c in REGISTER:
        if c.key.split(".")[0] == part:
            assert values[c.key] == c.default, c.key
        elif c.off is not None:  # tests/test_behavior.py knows through which others it acts
            assert values[c.key] in (c.off, c.default), c.key
