"""docs/model.md says what the rules do: its table is the register's, its formulas have the rules' numbers.

`python -m tests.people.test_model_page` writes the table anew.
"""

from __future__ import annotations

import re
from math import exp
from pathlib import Path

import pytest

from sim.people.empathy import USUAL_ENERGY
from sim.people.energy import BUSY
from sim.people.pressure import STEEPNESS
from sim.people.register import PARTS, REGISTER, Coefficient, as_markdown
from sim.people.resolution import FURTHEST, LOGISTIC_NORMAL
from sim.people.satisfaction import NPS_SLOPE, NPS_ZERO, STEP
from sim.people.talk import AVERAGE_GAIN, LEAST_LOAD, MOST_LOAD, NOVICE_GAIN, USUAL_LOAD
from sim.people.temper import MOST_PATIENCE
from sim.people.trait import SPREAD, TYPICAL

PAGE = Path(__file__).parent.parent.parent / "docs" / "model.md"
BEGINS, ENDS = "<!-- register begins -->\n", "<!-- register ends -->"


def current(page: str) -> str:
    """The page with the register as it is now."""
    before, rest = page.split(BEGINS)
    return before + BEGINS + as_markdown() + ENDS + rest.split(ENDS)[1]


def test_the_table_is_the_registers() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == current(page), "python -m tests.people.test_model_page writes it anew"


def test_the_table_holds_every_coefficient() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|", as_markdown(), flags=re.MULTILINE)
    assert rows == [c.key for c in REGISTER]
    assert list(PARTS) == list(dict.fromkeys(c.key.split(".")[0] for c in REGISTER))


@pytest.mark.parametrize(
    "formula",
    [
        f"z(trait) = (trait - {TYPICAL}) / {SPREAD}",
        f"felt(x) = 1 - exp(-max(0, x) / {STEEPNESS})",
        f"({MOST_PATIENCE} - patience of the agent)",
        f"(1 + c_energy (energy - {USUAL_ENERGY}))",
        f"centred** at {USUAL_ENERGY},",
        f"{USUAL_ENERGY} as usual energy",
        f"c_load ln(load / {USUAL_LOAD})",
        f"within [{LEAST_LOAD:g}, {MOST_LOAD:g}]",
        f"gain(k) = ln {exp(AVERAGE_GAIN):.2f} - (ln {exp(NOVICE_GAIN):.2f} - ln {exp(AVERAGE_GAIN):.2f}) k / 1.5",
        f"sqrt(1 + {LOGISTIC_NORMAL} v)",
        f"at most {FURTHEST} either way",
        f"cut at ±{FURTHEST} logits",
        f"c_work (occupancy - {BUSY}) / {1 - BUSY:.2f}",
        f"NPS    = {NPS_ZERO} + {NPS_SLOPE} x",
        f"{NPS_ZERO} and {NPS_SLOPE} of NPS",
        f"a step of {STEP:g} logit",
    ],
)
def test_a_formula_has_the_rules_number(formula: str) -> None:
    assert " ".join(formula.split()) in " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("c", REGISTER, ids=lambda c: c.key)
def test_every_coefficient_stands_by_a_formula(c: Coefficient) -> None:
    (told, _) = PAGE.read_text(encoding="utf-8").split("## The register")
    assert re.search(rf"\b{re.escape(c.key)}\b", told)


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
