"""The validation for the documents: the page docs/validation.html, and the tables in docs/validation.md.

    python benchmarks/validation.py            what `python -m sim validate` simulates
    python benchmarks/validation.py --full     what `python -m sim validate --full` simulates

The page is the one that `validate page=docs/validation.html` writes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.report.validation_page import validation_page
from sim.study.validation import CASES, Checked, Verdict, check, judge
from sim.study.validation.coverage import LIST
from sim.study.validation.table import closing

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main(full: bool) -> None:
    """Simulate all cases and write both files."""
    command = "python -m sim validate" + (" --full" if full else "")
    done = []
    for checked in check([case.full() if full else case for case in CASES.values()], "compiled", 1, workers=None):
        print(checked.case.name, flush=True)
        done.append(checked)
    verdict = judge(done)
    (DOCS / "validation.html").write_text(validation_page(done, verdict, command, 1, "compiled"), encoding="utf-8")
    into_document(DOCS / "validation.md", command, done, verdict)
    print(closing(done, verdict))


def into_document(document: Path, command: str, done: Sequence[Checked], verdict: Verdict) -> None:
    """Put the outcome, the cases and the list between their marks."""
    text = document.read_text(encoding="utf-8")
    parts = {
        "outcome": f"`{command}` says:\n\n```text\n{closing(done, verdict)}\n```\n\n{precision(done)}",
        "cases": cases(done),
        "list": listed(),
    }
    for name, part in parts.items():
        marks = re.compile(rf"(<!-- {name} begins -->\n).*(<!-- {name} ends -->)", re.DOTALL)
        text, found = marks.subn(lambda seen, part=part: f"{seen[1]}{part}\n{seen[2]}", text)
        if found != 1:
            raise SystemExit(f"{document}: has no place for '{name}'")
    document.write_text(text, encoding="utf-8")


def precision(done: Sequence[Checked]) -> str:
    """How precise the simulated figures are, in a sentence."""
    relative = [row.standard_error / abs(row.simulated) for case in done for row in case.figures]
    kinds = [row.reference.source for case in done for row in case.figures]
    exact, published, simulated = (kinds.count(kind) for kind in ("exact", "published", "simulated"))
    half, one = sum(error < 0.005 for error in relative), sum(error < 0.01 for error in relative)
    return (
        f"Of the {len(kinds)} figures {exact} are held against theory, {published} against publications and "
        f"{simulated} against another program. {half} have a standard error below 0.5 %, {one} below 1 %; "
        f"the largest is {100.0 * max(relative):.2g} %."
    )


def cases(done: Sequence[Checked]) -> str:
    """A row a case."""
    rows = [
        "| case | center | known from | contacts, million | figures | standard errors, % | largest difference / se |",
        "| --- | --- | --- | ---: | ---: | --- | --- |",
    ]
    for checked in done:
        worst = max(checked.figures, key=lambda row: abs(row.score))
        relative = sorted(100.0 * row.standard_error / abs(row.simulated) for row in checked.figures)
        rows.append(
            f"| {checked.case.name} | {checked.case.what} | {checked.case.theory} | {checked.contacts / 1e6:.1f} "
            f"| {len(checked.figures)} | {relative[0]:.2g} to {relative[-1]:.2g} "
            f"| {worst.difference:+.2f} ({worst.figure}) |"
        )
    return "\n".join(rows)


def listed() -> str:
    """A row for each case on the list of known figures."""
    rows = ["| on the list | simulated by | remark |", "| --- | --- | --- |"]
    rows += [f"| {each.name} | {', '.join(each.cases) or 'not simulated'} | {each.remark} |" for each in LIST]
    return "\n".join(rows)


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
