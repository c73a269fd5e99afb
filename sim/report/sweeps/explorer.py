"""The explorer: a sweep as a part of a page that answers at once, offline, in one file that can be mailed.

Sliders choose a point; its figures, the curves of its day and its place among all points are drawn by the page's own
script from data in the page. No library and no request; a strict Content-Security-Policy knows the script by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from sim.report.sweeps.explorer_data import as_json, data
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Sweep

SCRIPTS = ("explorer_numbers.js", "explorer_plots.js", "explorer.js")
"""in this order; one script in the page"""

SECTION = """\
<section class="explorer" id="explorer" aria-labelledby="explorer-title">
<h2 class="part" id="explorer-title">Explore</h2>
<p class="lead">Choose a combination with the sliders or click a point. Pin it, go on, and see what differs.</p>
<noscript><p class="note">The explorer needs JavaScript, which is switched off here. \
Nothing is sent anywhere.</p></noscript>
<div class="ex-body" hidden>
<div class="ex-side">
<form class="ex-factors" aria-label="Factors"></form>
<div class="ex-map">
<h3>All combinations</h3>
<div class="ex-plot" tabindex="0" role="application" aria-roledescription="scatter plot"></div>
<p class="ex-legend"></p>
<div class="ex-axes"></div>
<div class="ex-absent"></div>
</div>
</div>
<div class="ex-main">
<div class="ex-now">
<h3 class="ex-name"></h3>
<div class="ex-buttons">
<button type="button" class="ex-pin">Pin to compare</button>
<button type="button" class="ex-reset">Start over</button>
</div>
<div class="ex-pins"></div>
</div>
<div class="ex-trouble" role="status"></div>
<div class="ex-tiles"></div>
<div class="ex-day"></div>
<div class="ex-compare"></div>
<details class="ex-more"><summary>All figures of this combination</summary><div class="scroll ex-table"></div></details>
<div class="ex-take">
<p class="ex-take-line"><label for="ex-command">To simulate this combination</label>
<output id="ex-command" class="ex-command" tabindex="0"></output>
<button type="button" class="ex-copy">Copy</button></p>
<p class="ex-buttons"><button type="button" class="ex-link">Copy link to this view</button>
<button type="button" class="ex-csv">Download the table (CSV)</button></p>
</div>
</div>
</div>
<p class="ex-live" aria-live="polite"></p>
<script type="application/json" id="explorer-data">{{ data | safe }}</script>
</section>
"""


class Explorer(NamedTuple):
    """The explorer's parts of a page."""

    html: str
    """a section, with its data; stands in the body"""
    style: str
    """to follow the page's own style sheet"""
    script: str
    """to stand, without a character more, in a script element at the end of the body"""

    @property
    def policy(self) -> str:
        """The page's Content-Security-Policy: its own styles and pictures, this script, and nothing else."""
        digest = b64encode(sha256(self.script.encode()).digest()).decode()
        return (f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
                "base-uri 'none'; form-action 'none'")


def explorer_section(sweep: Sweep, plot: Plot | None = None) -> Explorer | None:
    """The explorer of a sweep; None where no point has a figure, or nothing was swept. `plot` says which figures its
    map shows at first."""
    from jinja2 import Environment, StrictUndefined

    if not sweep.done or not sweep.axes or not sweep.kpis:
        return None
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    html = environment.from_string(SECTION).render(data=as_json(data(sweep, plot)))
    return Explorer(html, _text("explorer.css"), script())


@cache
def script() -> str:
    """The script of the page: its files in order, in a scope of their own."""
    return "(() => {\n'use strict';\n" + "\n".join(_text(name) for name in SCRIPTS) + "\n})();\n"


@cache
def _text(name: str) -> str:
    return files("sim.report.sweeps").joinpath(name).read_text("utf-8")
