"""The summary in the terminal: plain, narrow, and safe."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.console import Console

from sim.report import print_summary
from tests.report.shapes import NASTY, SHAPES, about, run


def printed(shape: str, **changes: object) -> str:
    out = StringIO()
    print_summary(run(shape), about(shape, **changes), Path("outputs/here"), Console(file=out, width=80))
    return out.getvalue()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_tables_fit_into_80_columns_of_plain_letters(shape: str) -> None:
    lines = printed(shape).splitlines()
    tables = [line for line in lines if not line.startswith(("Service level ", "Report:"))] + [
        line for line in lines if line.startswith("Service level  ")]
    assert max(map(len, tables)) <= 80
    assert "\x1b" not in "".join(lines)
    assert {c for line in lines for c in line if ord(c) > 127} <= set("…日本語")


def test_it_says_estimate_interval_goal_verdict_and_where_the_folder_is() -> None:
    text = printed("day")
    level = run("day").value("service_level")
    assert level.mean is not None and level.low is not None and level.high is not None
    row = next(line for line in text.splitlines() if line.startswith("Service level  "))
    assert row.split() == [*f"Service level {100 * level.mean:.1f} %".split(), f"{100 * level.low:.1f}", "to",
                           f"{100 * level.high:.1f}", "%", "80", "%", "in", "20", "s", "missed"]
    assert text.rstrip().endswith("Report: outputs/here/report.html")


def test_no_contacts_are_no_contacts() -> None:
    text = printed("nobody calls")
    assert "no contacts" in text and "nan" not in text.lower() and "None" not in text


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    assert "[red]peak[/red]: 20 replications" in printed("day", scenario="[red]peak[/red]")
    assert NASTY[:10] in printed("queues")


def test_letters_that_the_output_cannot_hold_become_question_marks() -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="ascii")
    print_summary(run("queues"), about("queues"), None, Console(file=out, width=80))
    out.flush()
    assert b"???" in raw.getvalue()


def test_warnings_are_counted() -> None:
    assert "2 warnings, told in the report" in printed("day", warnings=("one", "two"))
