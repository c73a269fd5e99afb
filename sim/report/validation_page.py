"""The page of a validation, in one file: the verdict, two pictures, every figure, and what became of the list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.report import style, validation_plots, written
from sim.report.page import Shown, shown, style_sheet
from sim.report.save import light, svg
from sim.report.study_page import FACTS, HEAD, PICTURE, TITLE
from sim.study.validation import table
from sim.study.validation.coverage import LIST, OWN
from sim.study.validation.family import ERROR_RATE, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.study.validation import Checked, Comparison

PAGE = HEAD + """\
.cases details { border-bottom: 1px solid var(--rule); padding: .2rem 0; }
.cases summary { display: grid; grid-template-columns: 15rem 1fr 5.5rem; gap: 1rem; font-weight: 400; }
.cases summary b { font-weight: 600; }
.cases summary span:last-child { text-align: right; }
.cases .missed { color: var(--missed); font-weight: 700; }
@media (max-width: 699px) {
  .cases summary { grid-template-columns: 1fr 4.5rem; gap: 0 1rem; }
  .cases summary span:nth-child(2) { grid-row: 2; grid-column: 1 / -1; color: var(--quiet); font-size: .92rem; }
}
""" + TITLE + """\
{% for p in pictures %}
""" + PICTURE + """\
{% endfor %}
<section class="sheet cases">
<h2>Every figure</h2>
<p class="note">Times in seconds. Open a case for its figures; the number is its largest difference in standard errors.
</p>
{% for c in cases %}
<details{% if c.wrong %} open{% endif %}>
<summary><b>{{ c.name }}</b><span>{{ c.what }}</span>
<span{% if c.wrong %} class="missed"{% endif %}>{{ c.largest }}</span></summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ c.name }}">
<table>
<thead><tr><th scope="col">Figure</th><th scope="col">Simulated</th><th scope="col">± se</th>
<th scope="col">Reference</th><th scope="col">± se</th><th scope="col">Known from</th>
<th scope="col">Difference / se</th></tr></thead>
<tbody>
{% for row in c.rows %}
<tr><th scope="row">{{ row[0] }}</th>
{% for cell in row[1:-1] %}<td>{{ cell }}</td>{% endfor %}<td{% if row[0] in c.wrong %} class="missed"{% endif %}>
{{- row[-1] }}</td>
</tr>
{% endfor %}
</tbody>
</table>
</div>
<p class="note">{{ c.runs }}. {{ c.differs }}</p>
</details>
{% endfor %}
</section>
<section class="sheet">
<h2>What became of each case on the list</h2>
<p class="note">{{ covered }}</p>
<div class="scroll" tabindex="0" role="region" aria-label="The list">
<table>
<thead><tr><th scope="col">On the list</th><th scope="col">Simulated by</th><th scope="col">Remark</th></tr></thead>
<tbody>
{% for row in listed %}
<tr><th scope="row">{{ row[0] }}</th><td class="wraps">{{ row[1] }}</td><td class="wraps">{{ row[2] }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
""" + FACTS + """\
</body>
</html>
"""


class Section(NamedTuple):
    """A case on the page."""

    name: str
    what: str
    largest: str
    wrong: list[str]
    """names of its figures that are wrong"""
    rows: list[list[str]]
    runs: str
    differs: str


def validation_page(checked: Sequence[Checked], verdict: Verdict, command: str, seed: int, engine: str) -> str:
    """The whole page, a text of HTML. Every name and text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    contacts = sum(case.contacts for case in checked)
    facts = [
        ("Simulated", f"{verdict.cases} cases, {contacts:,} contacts, seed {seed}"),
        ("Clock", f"{engine}; SimPy where a case brings policies of its own"),
        ("A run of figures fails", f"with probability {ERROR_RATE:g} at most, if the simulator is right"),
    ]
    return environment.from_string(PAGE).render(
        over="Tightrope: validation", title=title(verdict),
        lines=[_sentence(line) for line in table.reasons(verdict)[:-1]],
        pictures=pictures(checked, verdict), cases=[section(case, verdict) for case in checked], covered=covered(),
        listed=listed(), facts=facts, command=command, style=style_sheet())


def title(verdict: Verdict) -> str:
    """The outcome as a heading."""
    if verdict.holds:
        return f"{verdict.figures} figures of {verdict.cases} centers differ from what is known by no more than chance"
    return written.short(_sentence(table.outcome(verdict)), 160)


def pictures(checked: Sequence[Checked], verdict: Verdict) -> list[Shown]:
    """The two pictures, each for a wide screen and for a phone."""

    def both(name: str, heading: str, caption: str, wide: Figure, narrow: Figure) -> Shown:
        return shown(name, heading, caption, light(wide, svg(wide)), light(narrow, svg(narrow)))

    return [
        both("differences", "All differences",
             "A row a case, a mark a figure: how far the simulated figure lies from its reference, in standard errors "
             f"of both. The shaded band holds 95 % of right figures; of {verdict.figures} right ones, none lies beyond "
             f"the dashed lines in {100.0 * (1.0 - verdict.shares.largest):.1f} % of such runs or more.",
             validation_plots.by_case(checked, verdict),
             validation_plots.by_case(checked, verdict, style.NARROW)),
        both("chance", "As chance has it?",
             "One figure of each case, in order, against what as many standard normal numbers would show. A wrong "
             "model or wrong standard errors bend the row of points away from the line.",
             validation_plots.against_chance(checked),
             validation_plots.against_chance(checked, style.NARROW)),
    ]


def section(checked: Checked, verdict: Verdict) -> Section:
    """A case with its figures as texts."""
    case = checked.case
    own = {id(row) for row in verdict.wrong}
    sizes = [row.difference for row in checked.figures if not math.isnan(row.difference)]
    largest = _signed(max(sizes, key=abs)) if sizes else "not measured"
    wrong = [row.figure for row in checked.figures if id(row) in own]
    rows = [_cells(row) for row in checked.figures]
    return Section(case.name, case.what, largest, wrong, rows, _sentence(table.runs(checked)), case.differs)


def _cells(row: Comparison) -> list[str]:
    reference = row.reference
    known = {"exact": "theory", "published": "publication", "simulated": "another program"}[reference.source]
    error = f"{reference.error:.2g}" if reference.error else ""
    difference = "not measured" if math.isnan(row.difference) else _signed(row.difference)
    return [row.figure, f"{row.simulated:.6g}", f"{row.standard_error:.2g}", f"{reference.value:.6g}", error, known,
            difference]


def covered() -> str:
    """How many of the list are simulated, in words."""
    done = sum(bool(entry.cases) for entry in LIST)
    own = ", ".join(f"{name} ({what})" for name, what in OWN.items())
    return f"{done} of {len(LIST)} are simulated. Beyond the list: {own}."


def listed() -> list[tuple[str, str, str]]:
    """A row an entry of the list."""
    return [(entry.name, ", ".join(entry.cases) or "not simulated", entry.remark) for entry in LIST]


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", written.MINUS)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


