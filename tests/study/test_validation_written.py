"""Cases as scenario files: what is written is what is validated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli import main
from sim.run import Model
from sim.study.validation import CASES
from sim.study.validation.check import scenario_of
from sim.study.validation.written import write

SOME = [
    "B12_10",
    "C_pyworkforce",
    "G_telethon_stationary",
    "G_hazard",
    "S2",
    "PRIO2",
    "MMODEL_a",
    "NMODEL_a",
    "RETRY_a",
    "SKILLS_3",
    "HET_slow6_fsf",
    "FCR_75",
    "CALLCC_10",
    "MMCBlk_fin",
    "MTMNM_a",
    "P_CALLCC_10",
    "P_SIMPLEMSK",
    "P_TELETHON",
]
"""One of each kind."""


@pytest.mark.parametrize("name", SOME)
@pytest.mark.filterwarnings("ignore")
def test_a_written_case_is_the_case(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = write(case, tmp_path, seed=5)
    loaded = sim.load(str(path), *(["allow_python=true"] if case.uses_python else [])).scenario
    asked = scenario_of(case, seed=5)
    for part in ("queues", "teams", "routing", "trunks", "days", "seed", "sampling"):
        assert getattr(loaded, part) == getattr(asked, part), part
    assert loaded.behavior.people == asked.behavior.people
    assert loaded.behavior.talk.speed == asked.behavior.talk.speed == 0.0
    if asked.behavior.people:
        assert loaded.behavior == asked.behavior
    assert loaded.replications == case.replications * case.strata


@pytest.mark.filterwarnings("ignore")
def test_a_written_case_with_policies_gives_the_same_day(tmp_path: Path) -> None:
    case = CASES["P_CALLCC_400"]
    loaded = sim.load(str(write(case, tmp_path, 1)), "allow_python=true").scenario
    days = [Model.of(each).simulate(0, "simpy").contacts for each in (loaded, scenario_of(case, 1))]
    assert len(days[0]) > 1000
    assert np.array_equal(days[0]["left"], days[1]["left"])


def test_the_verb_writes_and_says_how_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "mg1", "P_SIMPLEMSK", f"write={tmp_path / 'mine'}"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"python -m sim +scenario={tmp_path}/mine/MG1_ln.yaml",
        f"python -m sim +scenario={tmp_path}/mine/P_SIMPLEMSK.yaml allow_python=true",
    ]
    names = sorted(path.name for path in (tmp_path / "mine").iterdir())
    assert names == ["MG1_ln.yaml", "P_SIMPLEMSK.yaml", "staff_as_a_number.py"]
    assert main(["validate", "mg1", f"write={tmp_path / 'mine'}"]) == 0  # the same once more


def test_another_file_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "MG1_ln.yaml").write_text("mine", encoding="utf-8")
    assert main(["validate", "mg1", f"write={tmp_path}"]) == 2
    assert "MG1_ln.yaml: stands there already" in capsys.readouterr().err
    assert (tmp_path / "MG1_ln.yaml").read_text(encoding="utf-8") == "mine"
