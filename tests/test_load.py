"""From words to a scenario: what wins over what, where files are found, and where each value was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.loading import Refused, load, places, yaml_file
from sim.scenario import Behavior, Individual, Scenario
from tests.tiny import TINY, desk, write

__all__ = ["desk"]


def lines(*words: str) -> list[str]:
    """What is said when these words are refused."""
    with pytest.raises(Refused) as refused:
        load(words)
    return list(refused.value.lines)


# ---------------------------------------------------------------- what wins


def test_file_over_base_values_and_words_over_the_file(desk: Path) -> None:
    assert load("tiny").scenario.replications == 3  # the base value is 20
    loaded = load(["+scenario=tiny", "replications=7", "goals.within_s=30"])
    assert loaded.scenario.replications == 7
    assert loaded.scenario.goals.within_s == 30
    assert loaded.scenario.goals.service_level == 0.80  # from the base values
    assert loaded.overrides == ["replications=7", "goals.within_s=30"]
    assert loaded.warnings == []


def test_a_key_left_out_of_the_file_is_set_without_a_plus(desk: Path) -> None:
    scenario = load(["tiny", "teams.front.absence=0.1", "queues.voice.redial.after_abandon=0.4"]).scenario
    assert scenario.teams["front"].absence == 0.1
    assert scenario.queues["voice"].redial.after_abandon == 0.4


@pytest.mark.parametrize("word", ["tiny", "scenario=tiny", "+scenario=tiny", "++scenario=tiny", "tiny.yaml"])
def test_every_way_to_name_a_scenario(desk: Path, word: str) -> None:
    assert load(word).scenario.name == "tiny"


def test_a_scenario_by_its_path_with_blanks_and_from_elsewhere(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "other place").mkdir()
    path = desk / "other place" / "my center.yaml"
    path.write_text(TINY)
    for word in ("other place/my center.yaml", f"+scenario={path}", "./other place/my center"):
        assert load(word).file.resolve() == path.resolve()
    monkeypatch.chdir("/")
    assert load(str(path)).scenario.name == "my center"


def test_texts_that_hydras_grammar_does_not_know(desk: Path) -> None:
    write(desk, "größe", TINY)
    loaded = load(["+scenario=größe", "description=Größe = 3 < 4;"])
    assert (loaded.scenario.name, loaded.scenario.description) == ("größe", "Größe = 3 < 4;")


def test_the_planners_own_file_hides_the_packaged_one(desk: Path) -> None:
    packaged = next(place for place in places.scenarios() if place.packaged)
    write(desk, packaged.name, TINY)
    assert load(packaged.name).scenario.description == "A tiny center."


def test_behavior_is_evidence_unless_none_is_asked(desk: Path) -> None:
    assert load("tiny").scenario.behavior.talk.speed == 0.15
    assert load("tiny").scenario.behavior.people
    assert load(["tiny", "behavior=none"]).scenario.behavior == Behavior()


def test_nothing_after_a_groups_key_leaves_what_the_group_says(desk: Path) -> None:
    write(desk, "bare", TINY + "behavior:\ncosts:\n")
    assert load("bare").scenario.behavior == load("tiny").scenario.behavior
    assert load("bare").scenario.costs == load("tiny").scenario.costs


def test_base_values_are_the_models_own_defaults(desk: Path) -> None:
    """configs/config.yaml shows the defaults to a reader; it must not say anything else than the model does."""
    given = load("tiny").scenario
    for key in ("days", "first_day", "interval_min", "seed", "engine", "goals", "routing", "trunks", "staffing"):
        assert getattr(given, key) == Scenario.model_fields[key].get_default(call_default_factory=True), key
    for key in ("demand", "output", "tables", "confidence", "allow_python"):
        assert getattr(given, key) == Scenario.model_fields[key].get_default(call_default_factory=True), key


def test_a_mapping_with_a_kind_replaces_and_any_other_is_merged(desk: Path) -> None:
    loaded = load(["tiny", "queues.voice.talk={kind: constant, value_s: 9}", "queues.voice.talk.value_s=60"])
    assert loaded.raw["queues"]["voice"]["talk"] == {"kind": "constant", "value_s": 60}
    assert loaded.scenario.queues["voice"].talk.mean == 60
    merged = load(["tiny", "queues.voice.goals={within_s: 30}", "queues.voice.goals={service_level: 0.9}"]).raw
    assert merged["queues"]["voice"]["goals"] == {"within_s": 30, "service_level": 0.9}


def test_a_new_team_needs_a_plus(desk: Path) -> None:
    night = "teams.night={skills:{voice:2},shifts:{day:3}}"
    assert load(["tiny", f"+{night}"]).scenario.teams["night"].skills["voice"].level == 2
    assert lines("tiny", night) == [
        f"command line: {night}: unknown key (teams: front); to add one write +teams.night={{...}}"
    ]


def test_an_entry_of_a_list_is_set_by_its_place(desk: Path) -> None:
    write(desk, "list", TINY.replace("60}", f'{[60] * 10}, start: "08:00"}}'))
    arrivals = load(["list", "queues.voice.arrivals.per_hour.1=25"]).raw["queues"]["voice"]["arrivals"]
    assert arrivals["per_hour"] == [60, 25, 60, 60, 60, 60, 60, 60, 60, 60]


# ---------------------------------------------------------------- rosters


def with_roster(desk: Path, roster: str) -> None:
    """A scenario `crew` on the desk, whose team has that roster."""
    write(desk, "crew", TINY.replace("    agents: 6\n", f"    agents: 6\n    roster: {roster}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "name,empathy,handle_factor\nAda,0.7,\nBob,,1.1\n",
        "\ufeffName; Empathy ;Handle factor\r\nAda;0,7;\r\n\r\nBob;;1,1\r\n;;\r\n;;\r\n",
        'name\tempathy\thandle_factor\rAda\t.7\t\r"Bob"\t\t1.1',
    ],
    ids=["commas", "a spreadsheet's semicolons and decimal commas", "tabs"],
)
def test_a_roster_is_read_from_a_file_and_carried_as_data(desk: Path, text: str) -> None:
    (desk / "scenarios" / "people.csv").write_bytes(text.encode())
    with_roster(desk, "people.csv")
    loaded = load("crew")
    ada, bob = Individual(name="Ada", empathy=0.7), Individual(name="Bob", handle_factor=1.1)
    assert loaded.scenario.teams["front"].roster == (ada, bob)
    assert loaded.raw["teams"]["front"]["roster"] == [
        {"name": "Ada", "empathy": 0.7},
        {"name": "Bob", "handle_factor": 1.1},
    ]


def test_a_roster_is_looked_up_beside_the_scenario_then_here_and_read_again_when_it_changes(desk: Path) -> None:
    with_roster(desk, "people.csv")
    here, beside = desk / "people.csv", desk / "scenarios" / "people.csv"
    here.write_text("speed\n0.1\n")
    assert load("crew").scenario.teams["front"].roster == (Individual(speed=0.1),)
    beside.write_text("speed\n0.25\n")
    assert load("crew").scenario.teams["front"].roster == (Individual(speed=0.25),)
    beside.write_text("speed\n0.5\n0.5\n")
    assert load("crew").scenario.teams["front"].roster == (Individual(speed=0.5),) * 2


def test_a_roster_in_the_scenario_itself(desk: Path) -> None:
    with_roster(desk, "[{name: Ada, empathy: 0.7}, {speed: 0.4}]")
    roster = (Individual(name="Ada", empathy=0.7), Individual(speed=0.4))
    assert load("crew").scenario.teams["front"].roster == roster
    (desk / "other.csv").write_text("name\nEve\n")
    changed = load(["crew", "teams.front.roster=other.csv"])
    assert changed.scenario.teams["front"].roster == (Individual(name="Eve"),)


def test_more_agents_on_the_roster_than_heads_are_told(desk: Path) -> None:
    (desk / "people.csv").write_text("name\n" + "".join(f"agent {number}\n" for number in range(8)))
    with_roster(desk, "people.csv")
    assert load("crew").warnings == [
        "scenarios/crew.yaml:12: teams.front.roster: names 8 agents for 6 heads: the last 2 never work"
    ]
    assert load(["crew", "teams.front.agents=8"]).warnings == []


# ---------------------------------------------------------------- what a file may hold


def test_numbers_and_truth_are_read_as_yaml_1_2_has_them(desk: Path) -> None:
    text = "a: 010\nb: 10:00\nc: 1e3\nd: no\ne: .inf\nf: -.5\ng: 1_000\nh: 2026-01-01\ni: ~\nj: TRUE\n1: on"
    path = write(desk, "y", text)
    data = yaml_file.read(path).data
    expected = {"a": 10, "b": "10:00", "c": 1000.0, "d": "no", "e": float("inf"), "f": -0.5, "g": 1000}
    assert data == expected | {"h": "2026-01-01", "i": None, "j": True, "1": "on"}


def test_unquoted_times_of_day_mean_what_they_say(desk: Path) -> None:
    shift = load("tiny").scenario.shifts["day"]
    assert (shift.start, shift.end) == (8 * 3600, 18 * 3600)


def test_anchors_and_merges_keep_their_lines(desk: Path) -> None:
    path = write(desk, "y", "base: &b {x: 1,\n  y: 2}\nc:\n  <<: *b\n  y: 3\nd: *b\n")
    file = yaml_file.read(path)
    assert file.data["c"] == {"x": 1, "y": 3}
    assert file.data["d"] == {"x": 1, "y": 2}
    assert file.lines[("c", "y")] == 5
    assert file.lines[("c", "x")] == 1  # inherited: where the base has it
    assert file.line_of(("c", "nowhere", "deep")) == (3, 1)


def test_interpolation_takes_the_value_of_another_key(desk: Path) -> None:
    text = TINY.replace("A tiny", "Within ${goals.within_s} s; a tiny")
    write(desk, "i", text.replace("240", "'${goals.aht_target}'"))
    loaded = load(["i", "goals.aht_target=200"])
    assert loaded.scenario.description == "Within 20 s; a tiny center."
    assert loaded.raw["queues"]["voice"]["talk"]["mean_s"] == 200
    assert load(["tiny", "teams.front.agents=${replications}"]).scenario.teams["front"].agents == 3


def test_long_lists_come_through_whole(desk: Path) -> None:
    values = list(range(1, 5001))
    write(desk, "long", TINY.replace("{kind: exponential, mean_s: 240}", f"{{kind: empirical, values_s: {values}}}"))
    loaded = load("long")
    assert loaded.raw["queues"]["voice"]["talk"]["values_s"] == values
    shorter = load(["long", "queues.voice.talk.values_s=[3]"])
    assert shorter.raw["queues"]["voice"]["talk"]["values_s"] == [3]


# ---------------------------------------------------------------- files that a scenario names


def recorded(desk: Path, file: str) -> Path:
    return write(desk, "log", TINY.replace("{kind: rates, per_hour: 60}", f"{{kind: recorded, file: {file}}}"))


def test_a_named_file_is_looked_up_beside_the_scenario_then_here(desk: Path) -> None:
    recorded(desk, "calls.csv")
    (desk / "calls.csv").write_text("arrived\n30000\n")
    assert load("log").raw["queues"]["voice"]["arrivals"]["file"] == str(desk / "calls.csv")
    beside = desk / "scenarios" / "calls.csv"
    beside.write_text("arrived\n30000\n")
    loaded = load("log")
    assert Path(loaded.raw["queues"]["voice"]["arrivals"]["file"]) == beside.resolve()
    assert loaded.base_folder == beside.parent.resolve()


def test_a_named_file_that_is_missing_has_its_line(desk: Path) -> None:
    recorded(desk, "calls.csv")
    where = "scenarios/log.yaml:6: queues.voice.arrivals.file"
    assert lines("log") == [f"{where}: no such file, looked for scenarios/calls.csv or calls.csv"]
    recorded(desk, "../scenarios")
    assert lines("log") == [f"{where}: scenarios is no file"]


def test_code_runs_only_when_the_command_line_allows_it(desk: Path) -> None:
    (desk / "scenarios" / "boss.py").write_text("raise SystemExit('must not be imported here')")
    write(desk, "code", TINY + "python: {file: boss.py, beside: [move]}\n")
    remedy = "if you trust it, add allow_python=true to the command line"
    assert lines("code") == [f"scenarios/code.yaml:16: python: runs code from scenarios/boss.py; {remedy}"]
    assert load(["code", "allow_python=true"]).scenario.allow_python
    write(desk, "sly", TINY + "python: {file: boss.py, beside: [move]}\nallow_python: true\n")
    _, line = lines("sly")
    assert line.startswith("scenarios/sly.yaml:17: allow_python: may only be given on the command line")


# ---------------------------------------------------------------- where it was written


def test_each_fault_is_told_where_it_was_written(desk: Path) -> None:
    write(desk, "bad", TINY.replace("per_hour", "per_huor").replace("mean_s: 300", "mean_s: -3"))
    said = lines("bad", "staffing.scale=-1", "teams.fornt.agents=3", "queues.voice.talk={kind:constant,valeu_s:3}")
    assert [": ".join(line.split(": ")[:-1]) for line in said] == [
        "scenarios/bad.yaml:6: queues.voice.arrivals.per_huor",
        "scenarios/bad.yaml:8: queues.voice.patience.mean_s",
        "command line: queues.voice.talk={kind:constant,valeu_s:3}: queues.voice.talk.valeu_s",
        "command line: staffing.scale=-1",
        "command line: teams.fornt.agents=3",
    ]
    assert said[-1].endswith("unknown key, did you mean 'teams.front.agents'?")


def test_a_fault_that_the_words_brought_about_is_theirs(desk: Path) -> None:
    """The team is sound in the file; the word takes its shifts away, though it is the team that is then at fault."""
    (line,) = lines("tiny", "teams.front.shifts=null")
    assert line.startswith("command line: teams.front.shifts=null: teams.front: has neither shifts nor staffing")


def test_a_fault_of_the_file_is_not_blamed_on_the_words(desk: Path) -> None:
    write(desk, "bad", TINY.replace("    shifts: {day: 1}\n", ""))
    (line,) = lines("bad", "teams.front.agents=5")
    assert line.startswith("scenarios/bad.yaml:10: teams.front: has neither shifts nor staffing")


def test_warnings_have_their_place_too(desk: Path) -> None:
    write(desk, "late", TINY + "  night: {start: 20:00, end: 23:00}\n")
    (warning,) = load("late").warnings
    assert warning.startswith("scenarios/late.yaml:16: shifts.night: ")


OWN = "goals: {scorecard: {csat: 2}}\n"


def test_a_scorecard_of_the_scenario_that_overrules_the_groups_is_told(desk: Path) -> None:
    write(desk, "own", TINY + OWN)
    loaded = load(["own", "behavior=narrow_kpis", "staffing.scale=2"])
    (warning,) = loaded.warnings
    remedy = "goals.scorecard={aht: 1, service_level: 0, csat: 0, fcr: 0}"
    assert warning == (
        "scenarios/own.yaml:16: goals.scorecard: the scenario's own wins over that of behavior=narrow_kpis: "
        f'to have the group\'s, add "{remedy}"'
    )
    assert loaded.scenario.goals.scorecard.csat == 2
    followed = load(["own", "behavior=narrow_kpis", remedy])
    assert followed.warnings == []
    assert followed.scenario.goals.scorecard == load(["tiny", "behavior=narrow_kpis"]).scenario.goals.scorecard


@pytest.mark.parametrize(
    "words",
    [
        ["tiny", "behavior=narrow_kpis"],
        ["tiny", "behavior=narrow_kpis", "goals.scorecard.csat=1"],
        ["own", "behavior=narrow_kpis", "goals.scorecard.csat=3"],
        ["own", "behavior=narrow_kpis", "~goals.scorecard"],
        ["own", "behavior=evidence", "costs=standard"],
        ["own"],
    ],
    ids=" ".join,
)
def test_nothing_is_told_where_nothing_is_overruled(desk: Path, words: list[str]) -> None:
    write(desk, "own", TINY + OWN)
    assert load(words).warnings == []


def test_a_refusal_survives_the_way_between_processes() -> None:
    import pickle

    again = pickle.loads(pickle.dumps(Refused("one", "two")))
    assert again.lines == ("one", "two")


@pytest.mark.parametrize("name", [place.name for place in places.scenarios()])
def test_every_scenario_that_ships_loads(name: str) -> None:
    loaded = load([name, "allow_python=true"])
    assert loaded.scenario.name == name
    assert loaded.scenario.description


def test_a_warned_scenario_loads_within_a_running_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """A point of a sweep is checked while Hydra's own application holds its one global instance."""
    import hydra

    from sim.loading.places import data_dir

    with hydra.initialize_config_dir(str(data_dir("configs")), version_base="1.3"):
        assert load(["calm", "staffing.scale=0.8", "shifts.early.start='07:45'"]).warnings
        assert hydra.core.global_hydra.GlobalHydra.instance().is_initialized()
