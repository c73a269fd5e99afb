"""Bad input at the command line: one clear line per fault on stderr, exit status 2, nothing run, nothing left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.cli import main
from sim.load import text_file, yaml_file
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
        "command line: behavior=non: unknown choice, did you mean 'none'? (choices: evidence, none)",
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
