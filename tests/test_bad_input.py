"""Bad input at the command line: one clear line per fault on stderr, exit status 2, nothing run, nothing left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.cli import main
from sim.loading import text_file, yaml_file
from tests.tiny import TINY, Runs, desk, runs, write

__all__ = ["desk", "runs"]

HERE = "scenarios/bad.yaml"


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The lines on stderr of a command that is refused."""
    assert main(list(words)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert "HYDRA" not in told.err
    return told.err.splitlines()


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)

FILES = {
    "empty": (b"", [f"{HERE}: is empty, needs 'key: value' lines (queues:, teams:, ...)"]),
    "only a comment": (
        b"# nothing\n",
        [f"{HERE}:1: needs 'key: value' lines (queues:, teams:, ...), but holds nothing"],
    ),
    "a list": (b"- 1\n", [f"{HERE}:1: needs 'key: value' lines (queues:, teams:, ...), but holds a list"]),
    "a text": (
        b"hello\n",
        [f"{HERE}:1: needs 'key: value' lines (queues:, teams:, ...), but holds a single value"],
    ),
    "binary": (b"\x7fELF\x00\x01", [f"{HERE}: is a binary file, needs YAML text"]),
    "latin-1": (b"a: 1\nb: gr\xfc\xdfe\n", [f"{HERE}:2: byte 0xfc is not UTF-8 text, save the file as UTF-8"]),
    "utf-16": ("a: 1\n".encode("utf-16"), [f"{HERE}: is UTF-16 text, save it as UTF-8"]),
    "a control sign": (
        b"a: 1\nb: \x07\n",
        [
            f"{HERE}:2: not valid YAML: unacceptable character #x0007: control characters are not allowed "
            'in "<unicode string>", position 8'
        ],
    ),
    "a tab": (b"queues:\n\tvoice: 1\n", [f"{HERE}:2: not valid YAML: a tab is used for indentation, use spaces"]),
    "an open bracket": (
        b"a: [1\nb: 2\n",
        [
            f"{HERE}:2: not valid YAML: did not find expected ',' or ']' "
            "(while parsing a flow sequence, which begins in line 1)"
        ],
    ),
    "an open quote": (b"a: 1\nb: 'x\nc: 2\n", [f"{HERE}:2: not valid YAML: a quote is opened here and never closed"]),
    "two documents": (
        b"a: 1\n---\nb: 2\n",
        [f"{HERE}:2: holds several YAML documents, needs one: remove the '---' line"],
    ),
    "an unknown alias": (b"a: *b\n", [f"{HERE}:1: not valid YAML: found undefined alias"]),
    "a cycle": (b"a: &a\n  b: [1, *a]\n", [f"{HERE}:1: an alias contains itself"]),
    "a cycle of merges": (b"a: &a\n  <<: *a\n", [f"{HERE}:1: an alias contains itself"]),
    "a bomb": (BOMB.encode(), [f"{HERE}:1: holds more than 100,000 values (aliases written out)"]),
    "a bomb of text": (
        b"a: &a " + b"x" * 400_000 + b"\nb: [" + b"*a," * 90 + b"]\n",
        [f"{HERE}:1: its aliases expand to more than 10 MB of text"],
    ),
    "a deep list": (b"a: " + b"[" * 100_000, [f"{HERE}:1: is nested more than 50 levels deep"]),
    "deep blocks": (b"- " * 100_000, [f"{HERE}:1: is nested more than 50 levels deep"]),
    "too many values": (b"a: [" + b"1," * 1_000_000 + b"]", [f"{HERE}:1: holds more than 100,000 values"]),
    "too many keys": (
        b"".join(b"k%d: 1\n" % i for i in range(21_000)),
        [f"{HERE}:20001: holds more than 20,000 keys"],
    ),
    "a key that is a list": (TINY.encode() + b"? [1, 2]\n: 3\n", [f"{HERE}:16: a key must be a plain text"]),
    "two keys": (TINY.encode() + b"shifts: {}\n", [f"{HERE}:16: shifts: given twice, first in line 14"]),
}


@pytest.mark.parametrize("case", FILES)
def test_files(case: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    text, expected = FILES[case]
    write(desk, "bad", text)
    started = time.perf_counter()
    assert refused(capsys, "+scenario=bad") == expected
    assert time.perf_counter() - started < 30  # bounded: most take milliseconds, on a busy machine a second
    assert runs.loaded == []
    assert sorted(path.name for path in desk.iterdir()) == ["scenarios"]


def test_a_file_that_is_too_big(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "bad", b"a: " + b"x" * (text_file.MAX_BYTES + 1_000_000))
    (line,) = refused(capsys, "bad")
    assert line.startswith(f"{HERE}: is 6.0 MB long, at most 5 MB are read: a scenario is a page of text;")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    """A device could be read for ever."""
    for path, message in (
        (Path("/dev/zero"), "is not a regular file"),
        (tmp_path, "is a folder, needs a YAML file"),
        (tmp_path / "none.yaml", "no such file"),
    ):
        file = yaml_file.read(path)
        assert file.broken
        assert [fault.message for fault in file.faults] == [message]


def test_tags_run_nothing(desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    proof = desk / "proof"
    write(desk, "bad", TINY + f"output: !!python/object/apply:os.system ['touch {proof}']\n")
    tag = "the tag !!python/object/apply:os.system is not allowed, only plain values are"
    assert refused(capsys, "bad") == [f"{HERE}:16: output: {tag}"]
    write(desk, "bad", TINY + f"hydra:\n  callbacks:\n    x: {{_target_: os.system, command: touch {proof}}}\n")
    assert refused(capsys, "bad") == [
        f"{HERE}:16: hydra: unknown key (Hydra's own settings belong on the command line)"
    ]
    assert main(["bad", "--cfg", "job"]) == 2
    assert main(["bad", "-m", "seed=1,2"]) == 2
    assert not proof.exists()
    assert runs.loaded == []


def test_all_faults_of_a_file_are_told_at_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TINY.replace("per_hour", "per_huor").replace("voice: 1", "voise: 1") + "shifts: {}\nseed: -1\n"
    write(desk, "bad", text)
    assert [line.partition(": ")[0] for line in refused(capsys, "bad")] == [
        f"{HERE}:{line}" for line in (6, 12, 16, 17)
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("per_hour: 60", "per_huor: 60", 6, "queues.voice.arrivals.per_huor"),
        ("per_hour: 60", "per_hour: -60", 6, "queues.voice.arrivals.per_hour"),
        ("per_hour: 60", "per_hour: .nan", 6, "queues.voice.arrivals.per_hour"),
        ("per_hour: 60", "per_hour: 1e300", 6, "queues.voice.arrivals.per_hour"),
        ("mean_s: 240", "mean_s: 4 min", 7, "queues.voice.talk.mean_s"),
        ("mean_s: 240", "mean_min: 4", 7, "queues.voice.talk.mean_min"),
        ("kind: rates", "kind: poison", 6, "queues.voice.arrivals.kind"),
        ("voice: 1", "voise: 1", 12, "teams.front.skills.voise"),
        ("    shifts: {day: 1}\n", "", 10, "teams.front"),
        ("replications: 3", "days: 0", 2, "days"),
    ],
)
def test_faults_have_their_line_and_key(
    old: str, new: str, line: int, key: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    write(desk, "bad", TINY.replace(old, new))
    first, *_ = refused(capsys, "bad")
    assert first.startswith(f"{HERE}:{line}: {key}: ")
    assert runs.loaded == []


def test_the_example_of_a_misspelled_key(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "bad", TINY.replace("per_hour", "per_huor"))
    (line,) = refused(capsys, "+scenario=bad")
    assert line.startswith(f"{HERE}:6: queues.voice.arrivals.per_huor: unknown key, did you mean 'per_hour'")


COMMANDS = {
    "no scenario": (["seed=1"], "no scenario is named: python -m sim +scenario=NAME"),
    "unknown scenario": (
        ["+scenario=tny"],
        "command line: unknown scenario 'tny', did you mean 'tiny'? (scenarios here: ",
    ),
    "unknown word": (["tny"], "command line: tny: unknown verb or scenario, did you mean 'tiny'? (verbs: run, "),
    "missing file": (["+scenario=no/such.yaml"], "command line: no/such.yaml: no such file (scenarios here: "),
    "two scenarios": (["tiny", "+scenario=peak"], "command line: tiny +scenario=peak: give one scenario"),
    "unknown team": (
        ["tiny", "teams.fornt.agents=3"],
        "command line: teams.fornt.agents=3: unknown key, did you mean 'teams.front.agents'?",
    ),
    "unknown key": (
        ["tiny", "teams.front.agnets=3"],
        "command line: teams.front.agnets=3: unknown key, did you mean 'agents'",
    ),
    "unknown top key": (
        ["tiny", "replicatoins=3"],
        "command line: replicatoins=3: unknown key, did you mean 'replications'",
    ),
    "no value": (["tiny", "staffing.scale="], "command line: staffing.scale=: needs a number"),
    "no key": (["tiny", "=3"], "command line: =3: there is no key before the '='"),
    "a number as text": (["tiny", "seed=abc"], "command line: seed=abc: needs a whole number"),
    "not a number": (["tiny", "demand.scale=nan"], "command line: demand.scale=nan: needs a number"),
    "unknown behavior": (
        ["tiny", "behavior=non"],
        "command line: behavior=non: unknown choice, did you mean 'none'? (choices: empathy_costs_time, "
        "empathy_saves_time, evidence, narrow_kpis, none, only_empathy, only_energy, only_loyalty, only_pressure, "
        "only_resolution, only_satisfaction, only_talk, only_temper)",
    ),
    "unknown prices": (
        ["tiny", "costs=standrd"],
        "command line: costs=standrd: unknown choice, did you mean 'standard'? (choices: standard)",
    ),
    "a price that is missing": (
        ["tiny", "costs.agent_hour=null"],
        "command line: costs.agent_hour=null: needs a price >= 0, got nothing (null)",
    ),
    "a trait beyond 1": (
        ["tiny", "teams.front.traits.empathy.mean=1.5"],
        "command line: teams.front.traits.empathy.mean=1.5: needs a share from 0 to 1, got 1.5",
    ),
    "a correlation beyond 1": (
        ["tiny", "teams.front.traits.correlation=1.2"],
        "command line: teams.front.traits.correlation=1.2: needs a number from -1 to 1, got 1.2",
    ),
    "an empty survey": (
        ["tiny", "queues.voice.survey={}"],
        "command line: queues.voice.survey={}: queues.voice.survey.offered: is missing: needs a share from 0 to 1",
    ),
    "a survey of nothing": (
        ["tiny", "queues.voice.survey=null"],
        "command line: queues.voice.survey=null: needs a mapping such as {offered: 0.5}, got nothing (null)",
    ),
    "a transfer to nowhere": (
        ["tiny", "queues.voice.transfer.probability=0.2"],
        "command line: queues.voice.transfer.probability=0.2: queues.voice.transfer.to: is missing: needs the queue",
    ),
    "a transfer to an unknown queue": (
        ["tiny", "queues.voice.transfer={probability: 0.2, to: voise}"],
        "command line: queues.voice.transfer={probability: 0.2, to: voise}: queues.voice.transfer.to: unknown queue",
    ),
    "a roster that is nowhere": (
        ["tiny", "teams.front.roster=people.csv"],
        "command line: teams.front.roster=people.csv: no such file, looked for scenarios/people.csv or people.csv",
    ),
    "a roster that is a device": (
        ["tiny", "teams.front.roster=/dev/zero"],
        "command line: teams.front.roster=/dev/zero: /dev/zero is no file",
    ),
    "several values": (
        ["tiny", "staffing.scale=0.9,1"],
        "command line: staffing.scale=0.9,1: several values: add -m to run each of them, or write [0.9,1] for a list",
    ),
    "an open bracket": (["tiny", "description=a[b"], "command line: description=a[b: "),
    "a key that is none": (["tiny", "größe.x=3"], "command line: größe.x=3: "),
    "nothing to delete": (["tiny", "~teams.frnt"], "command line: ~teams.frnt: "),
    "unknown flag": (["tiny", "--sweep"], "command line: unrecognized arguments: --sweep; "),
    "unknown setting of Hydra": (["tiny", "hydra.foo=1"], "command line: hydra.foo=1: "),
    "environment": (["tiny", "description=${oc.env:HOME}"], "command line: description=${oc.env:HOME}: "),
    "unknown interpolation": (["tiny", "seed=${sede}"], "command line: seed=${sede}: ${sede}: there is no key"),
    "interpolation of a mapping": (["tiny", "seed=${goals}"], "command line: seed=${goals}: ${goals}: goals is no"),
}


ROSTERS = {
    "empty": (b"", [": is empty, needs a line of column names and lines below it"]),
    "only a header": (b"name,empathy\n", [": names columns, but no agents below them"]),
    "no header": (
        b"0.5,0.7\n",
        [
            ":1: unknown column '0.5' (the first line names columns: name, empathy, speed, knowledge, patience, "
            "persistence, passion, handle_factor)"
        ],
    ),
    "unknown column": (b"name,empaty\nAda,1\n", [":1: unknown column 'empaty', did you mean 'empathy'?"]),
    "column twice": (b"name,name\nAda,Bob\n", [":1: column 'name' is given twice"]),
    "values": (
        b"name,empathy,handle_factor\nAda,7,1\n\nBob,high,0\nCy,nan,\nDi,50%,\nEd,1\n",
        [
            ":2: empathy: needs a share from 0 to 1 (7 % is 0.07), got 7",
            ":4: empathy: needs a share from 0 to 1, got 'high'",
            ":4: handle_factor: needs a number above 0 to 100, got 0",
            ":5: empathy: needs a share from 0 to 1 (finite), got nan",
            ":6: empathy: needs a share from 0 to 1, for example 0.5, got '50%'",
            ":7: needs 3 cells like the header, got 2",
        ],
    ),
    "name twice": (b"name,empathy\nAda,0.5\nAda,0.6\n", [":3: name: 'Ada' is given twice, first in line 2"]),
    "name of two lines": (
        b'name\n"A\nb"\n',
        [":2: name: needs a name without line breaks and other control signs, got 'A b'"],
    ),
    "open quote": (b'name\n"Ada\n', [":2: is not a CSV file (unexpected end of data)"]),
    "latin-1": ("name\nJosé\n".encode("latin-1"), [":2: byte 0xe9 is not UTF-8 text, save the file as UTF-8"]),
    "utf-16": ("name\nAda\n".encode("utf-16"), [": is UTF-16 text, save it as UTF-8"]),
    "binary": (b"PK\x03\x04\x00\x00", [": is a binary file, needs CSV text"]),
}


@pytest.mark.parametrize("case", ROSTERS)
def test_rosters(case: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    data, expected = ROSTERS[case]
    (desk / "scenarios" / "people.csv").write_bytes(data)
    write(desk, "bad", TINY.replace("    agents: 6\n", "    agents: 6\n    roster: people.csv\n"))
    start = f"{HERE}:12: teams.front.roster: scenarios/people.csv"
    assert refused(capsys, "bad") == [start + message for message in expected]
    assert runs.loaded == []


def test_a_roster_of_many_faults_tells_the_first(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "people.csv").write_text("speed\n" + "9\n" * 50)
    told = refused(capsys, "tiny", "teams.front.roster=people.csv")
    start = "command line: teams.front.roster=people.csv: people.csv"
    assert told[0] == f"{start}:2: speed: needs a share from 0 to 1 (9 % is 0.09), got 9"
    assert told[20:] == [f"{start}: and 30 more such lines"]


def test_a_group_is_no_value_of_a_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "bad", TINY + "behavior: none\n")
    (line,) = refused(capsys, "bad")
    assert line == (
        f"{HERE}:16: behavior: needs a mapping such as {{people: true}} (a file of configs/behavior is chosen on the "
        "command line: behavior=none), got 'none'"
    )


@pytest.mark.parametrize("case", COMMANDS)
def test_words(case: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    words, beginning = COMMANDS[case]
    (line,) = refused(capsys, *words)
    assert line.startswith(beginning)
    assert runs.loaded == []


def test_interpolation_cannot_grow_without_bound(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = "".join(f"x{i}: '{f'${{x{i - 1}}}' * 10}'\n" for i in range(1, 12))
    write(desk, "bad", TINY + "x0: xxxxxxxxxx\n" + chain)
    started = time.perf_counter()
    said = refused(capsys, "bad")
    assert time.perf_counter() - started < 20
    assert f"{HERE}:18: x2: ${{x1}}: x1 is no plain number or text" in said


def test_a_thousand_faults_do_not_flood_the_terminal(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "bad", TINY + "".join(f"unknown{i}: 1\n" for i in range(300)))
    said = refused(capsys, "bad")
    assert len(said) == 101
    assert said[-1] == "... and 200 more like these"
