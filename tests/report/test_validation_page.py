"""The page of a validation: the verdict, every figure, everything escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.cli import main
from sim.report.validation_page import validation_page
from sim.report.validation_plots import against_chance, by_case, expected_scores
from sim.report.written import MINUS
from sim.study.validation import CASES, Checked, check, judge
from sim.study.validation.coverage import LIST


@pytest.fixture(scope="module")
def done() -> list[Checked]:
    cases = [CASES[name] for name in ("MMC_fin", "B12_10", "MMCAb_fin", "P_TELETHON")]
    return list(
        check([short for case in cases if (short := replace(case.quick() or case, replications=8))], "compiled", 1)
    )


def test_the_page_says_what_the_table_says(done: list[Checked]) -> None:
    verdict = judge(done)
    html = validation_page(done, verdict, "python -m sim validate x", 1, "compiled")
    assert f"{verdict.figures} figures of 4 centers differ from what is known by no more than chance" in html
    for checked in done:
        assert f"<b>{checked.case.name}</b>" in html
        for row in checked.figures:
            assert f"<td>{row.simulated:.6g}</td><td>{row.standard_error:.2g}</td>" in html
            assert f"{row.difference:+.2f}".replace("-", MINUS) in html
    assert all(f'<th scope="row">{entry.name}</th>' in html for entry in LIST)
    assert "<details open>" not in html
    assert "python -m sim validate x" in html
    assert "<script" not in html and "http" not in re.sub(r'http-equiv|data:image[^"]*', "", html)


def test_a_wrong_figure_is_in_the_heading_and_its_case_is_open(done: list[Checked]) -> None:
    wrong = [replace(row, simulated=2.0 * row.simulated) if row.figure == "p_block" else row for row in done[1].figures]
    made = [done[0], done[1]._replace(figures=wrong), *done[2:]]
    html = validation_page(made, judge(made), "x", 1, "compiled")
    assert "<h1>Wrong: B12_10 p_block" in html
    assert html.count("<details open>") == 1
    assert html.count('class="missed"') == 2


def test_names_are_escaped(done: list[Checked]) -> None:
    evil = "<script>alert(1)</script>"
    case = replace(done[0].case, name=evil, what=evil, differs=evil)
    figures = [replace(row, case=evil) for row in done[0].figures]
    made = [done[0]._replace(case=case, figures=figures), *done[1:]]
    html = validation_page(made, judge(made), evil, 1, "compiled")
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_pictures_show_every_figure_and_case(done: list[Checked]) -> None:
    figure = by_case(done, judge(done))
    (ax,) = figure.axes
    marks = sum(len(line.get_xdata()) for line in ax.lines if line.get_linestyle() == "None")  # type: ignore[arg-type]
    assert marks == sum(len(checked.figures) for checked in done)
    assert [label.get_text() for label in ax.get_yticklabels()] == [checked.case.name for checked in done]
    (ax,) = against_chance(done).axes
    assert [len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"] == [4]  # type: ignore[arg-type]


def test_expected_scores_of_one_and_of_many() -> None:
    middle, low, high = expected_scores(1)
    assert (middle[0], low[0], high[0]) == pytest.approx((0.0, -1.959964, 1.959964))
    middle, low, high = expected_scores(51)
    assert middle[25] == pytest.approx(0.0, abs=1e-12)
    assert middle == pytest.approx(-middle[::-1])
    assert (low < middle).all() and (middle < high).all()


def test_the_verb_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["validate", "MMC_fin", "--quick", "engine=compiled", f"page={page}"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"written: {page}"
    html = page.read_text(encoding="utf-8")
    assert "<code>python -m sim validate MMC_fin --quick</code>" in html
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_the_committed_page_is_small_and_has_every_case() -> None:
    html = (Path(__file__).parent.parent.parent / "docs" / "validation.html").read_text(encoding="utf-8")
    assert len(html.encode()) < 400_000
    assert all(f"<b>{name}</b>" in html for name in CASES)
    assert all(f'<th scope="row">{entry.name}</th>' in html for entry in LIST)
