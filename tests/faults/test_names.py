"""Names that somebody else has chosen: in pages they are words and never code, in spreadsheets never formulas, and
they lead nowhere out of the folder."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from sim.cli import main
from sim.loading import Refused, load
from sim.measure.spreadsheet import FORMULA, NUMBER
from tests.browser import browser
from tests.faults.how_many import FULL
from tests.tiny import TINY, desk, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser", "desk"]
CODE = "</script><script>window.ran=1</script><img src=x onerror=window.ran=1>\"onload='window.ran=1' {{7*7}}"
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\")"]

EVIL = TINY.replace("A tiny center.", json.dumps(CODE)) + f"""\
name: {json.dumps(CODE[:190])}
behavior: {{people: true}}
costs: {{agent_hour: 28, contact: 0.4, customer_value_year: 300, currency: EUR}}
"""
ROSTER = "".join(f"    - {{name: {json.dumps(name)}, empathy: 0.5}}\n"
                 for name in (CODE[:80], *FORMULAS) if name.isprintable())  # fmt: skip
EVIL = EVIL.replace("    agents: 6\n", f"    agents: 6\n    roster:\n{ROSTER}")

VERBS = {
    "run": ["evil", "replications=2"],
    "sweep": ["sweep", "evil", "goals.within_s=10,20", "replications=2"],
    "compare": ["compare", "+scenario=evil", "with=[goals.aht_target=200]", "replications=3"],
}
SLOW = {
    "choose": ["choose", "evil", "staffing.scale=0.8,1.2", "choose.max_replications=20"],
    "optimize": ["optimize", "evil", "staffing.scale=0.8:1.2", "optimize.trials=4", "replications=2"],
    "argument": ["argument", "+scenario=evil", "replications=2"],
    "sensitivity": ["sensitivity", "+scenario=evil", "replications=2"],
    "calibrate": ["calibrate", f"{CODE[9:38].replace('/', '')}.csv", "name=mine", "trust=false"],
}


def log_of_code(file: Path) -> None:
    """A log of calls whose queues and agents are code and formulas."""
    lines = ["Start,Queue,Wait (s),Outcome,Talk (s),ACW (s),Agent,Caller"]
    for day in range(1, 15):
        for call in range(60):
            queue = [CODE[:60], "=1+1"][call % 2].replace('"', "'")
            at = f"2024-01-{day:02d} {9 + call // 8:02d}:{call % 8 * 7:02d}:00"
            who = [CODE[9:70].replace('"', "'"), "@SUM(A1)", "-2+3"][call % 3]
            how = "abandoned,,," if call % 9 == 0 else f'handled,{60 + 7 * (call % 31)},20,"{who}"'
            lines.append(f'{at},"{queue}",{call % 9 * 5},{how},{day * 100 + call}')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS | (SLOW if FULL else {}))
def test_in_a_page_a_name_is_a_word(verb: str, desk: Path, browser: Browser) -> None:
    write(desk, "evil", EVIL)
    words = (VERBS | SLOW)[verb]
    if verb == "calibrate":
        log_of_code(desk / words[1])
    assert main([*words, "output=made"]) in (0, 1)
    pages = sorted((desk / "made").rglob("*.html"))
    assert pages
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for file in pages:
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for each in page.query_selector_all("select, button"):
            if each.is_visible() and each.evaluate("e => e.tagName") == "BUTTON":
                each.click(no_wait_after=True)
        text = page.inner_text("body")
        assert page.evaluate("window.ran") is None, file
        assert page.evaluate("document.querySelectorAll('img[src=x], [onload], [onerror]').length") == 0
        assert "window.ran=1" in text and "{{7*7}}" in text + "{{7*7}}" * (verb == "calibrate")
    assert said == []
    page.close()
    for drawn in (desk / "made").rglob("*.svg"):
        assert "<script" not in drawn.read_text(encoding="utf-8")
    for table in (desk / "made").rglob("*.csv"):
        no_formula_in(table)


def no_formula_in(file: Path) -> None:
    """Every cell and heading of a CSV file."""
    frame = pl.read_csv(file, infer_schema=False, has_header=False, truncate_ragged_lines=True)
    for text in {cell for row in frame.rows() for cell in row if cell}:
        assert not re.match(FORMULA, text) or re.match(NUMBER, text), f"{file.name}: {text}"


@pytest.mark.parametrize("name", FORMULAS)
def test_agents_with_formulas_for_names_are_words_in_the_tables(name: str, desk: Path) -> None:
    from sim.measure.spreadsheet import no_formulas

    frame = pl.DataFrame({"agent": [name, "-12.5", None], name: [1.0, -2.0, 3.0]})
    no_formulas(frame).write_csv(desk / "agents.csv")
    no_formula_in(desk / "agents.csv")
    assert "-12.5" in (desk / "agents.csv").read_text()


def test_excel_gets_texts_and_no_formulas(tmp_path: Path) -> None:
    import datetime as dt

    from sim.calibrate.log import FileRead, Notes
    from sim.calibrate.write_back import write_back

    columns = {"queue": "=A1", "start": "Start", "offered": "@SUM(A1)"}
    file = FileRead("log.csv", "generic", 1, 1)._replace(columns=columns)
    table = pl.DataFrame({"queue": FORMULAS, "start": [dt.datetime(2024, 1, 1)] * 6, "length_s": [1800] * 6,
                          "offered": [-1.5] * 6})  # fmt: skip
    notes = Notes(files=[file])
    write_back(table, tmp_path / "week.xlsx", notes)
    with zipfile.ZipFile(tmp_path / "week.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
    assert sheets and all("<f>" not in sheet and "<f " not in sheet for sheet in sheets)
    write_back(table, tmp_path / "week.csv", notes)
    no_formula_in(tmp_path / "week.csv")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=1+1", "../../x", "a\\b", "x" * 61, "", " a", "a.b"])
def test_queues_teams_and_shifts_have_plain_names(name: str, desk: Path) -> None:
    """They stand in keys, columns and legends: what is no word is refused at once."""
    for table, old in (("queues", "  voice:\n"), ("teams", "  front:\n"), ("shifts", "  day: {")):
        write(desk, "bad", TINY.replace(old, f"  {json.dumps(name)}:{old.partition(':')[2]}"))
        with pytest.raises(Refused) as refused:
            load(["bad"])
        assert any(line.startswith("scenarios/bad.yaml:") and f": {table}" in line for line in refused.value.lines)


ELSEWHERE = ["../../x", "/etc/passwd", "..", "a/../../b", "~root", "x\ny", "\u202ex", "x" * 200]


@pytest.mark.parametrize("name", ELSEWHERE if FULL else ELSEWHERE[:3])
def test_a_scenarios_name_leads_nowhere(name: str, desk: Path) -> None:
    write(desk, "named", TINY + f"name: {json.dumps(name)}\n")
    before = {path for path in desk.parent.iterdir()}
    assert main(["named", "replications=1", "report=tables"]) == 0
    assert {path for path in desk.parent.iterdir()} == before
    ((inside,),) = [list(path.iterdir()) for path in (desk / "outputs").iterdir()]
    assert (inside / "run.json").is_file() and inside.resolve().is_relative_to(desk.resolve() / "outputs")


@pytest.mark.parametrize("output", ["/tmp/elsewhere", "../elsewhere", "~/elsewhere", "a/../../b", "${name}", "link/x"])
def test_a_file_writes_below_the_folder_it_is_run_in(output: str, desk: Path) -> None:
    (desk / "link").symlink_to(desk.parent)
    write(desk, "out", TINY + f"name: ../../x\noutput: {output}\n")
    with pytest.raises(Refused, match=r"scenarios/out.yaml:17: output: leads out of the folder you are in"):
        load(["out"])
    assert load(["out", "output=../elsewhere"]).scenario.output == "../elsewhere"  # who types it means it
    write(desk, "out", TINY + "output: results/monday\n")
    assert load(["out"]).scenario.output == "results/monday"


def test_points_of_a_sweep_are_named_for_files(desk: Path) -> None:
    write(desk, "evil", TINY)
    words = ["description='../../x','/etc/x',..", "replications=1", "report=tables", "output=made"]
    assert main(["-m", "evil", *words]) == 0
    assert len(list((desk / "made").glob("*/run.json"))) == 3
    assert {path.name for path in desk.iterdir()} == {"scenarios", "made"}
