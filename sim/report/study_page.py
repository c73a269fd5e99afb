"""The page of a study: a heading, what came out, pictures, tables, and how to repeat it; in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.report.page import Shown, style_sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" \
content="{{ policy | default("default-src 'none'; img-src data:; style-src 'unsafe-inline'") }}">
<meta name="color-scheme" content="light">
<title>{{ title }}</title>
<style>
{{ style | safe }}
"""
"""Of every page with pictures and tables, to be followed by styles of its own and `TITLE`."""
TITLE = """\
</style>
</head>
<body>
<header>
<p class="over">{{ over }}</p>
<h1>{{ title }}</h1>
<ul class="rest">{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul>
</header>
<main>
"""
PICTURE = """\
<figure id="{{ p.name }}">
<h2>{{ p.title }}</h2>
<figcaption>{{ p.caption }}</figcaption>
<picture>
<source media="screen and (max-width: 699px)" srcset="{{ p.narrow }}">
<img src="{{ p.wide }}" alt="{{ p.title }}: {{ p.caption }}">
</picture>
</figure>
"""
"""A picture `p`, one drawing for phones and one for wider screens."""
FACTS = """\
<section class="facts">
<h2>What was run</h2>
<dl>{% for term, value in facts %}<div><dt>{{ term }}</dt><dd>{{ value }}</dd></div>{% endfor %}
<div><dt>To repeat it</dt><dd><code>{{ command }}</code></dd></div></dl>
</section>
</main>
"""

PAGE = HEAD + TITLE + """\
{% for p in pictures %}
{% if loop.index0 == 1 and slot is defined %}{{ slot | safe }}{% endif %}
""" + PICTURE + """\
{% endfor %}
{% if pictures | length < 2 and slot is defined %}{{ slot | safe }}{% endif %}
{% for t in sheets %}
<section class="sheet">
<h2>{{ t.title }}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="{{ t.title }}">
<table>
<thead><tr>{% for c in t.columns %}<th scope="col">{{ c }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in t.rows %}
<tr><th scope="row">{{ row[0] }}</th>
{% for c in row[1:] %}
<td{% if t.wraps %} class="wraps"{% endif %}>{{ c.split("\\n")[0] }}
{%- if "\\n" in c %}<small>{{ c.split("\\n")[1] }}</small>{% endif %}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% if t.note %}<p class="note">{{ t.note }}</p>{% endif %}
</section>
{% endfor %}
""" + FACTS + """\
{% if script is defined %}<script>{{ script | safe }}</script>{% endif %}
</body>
</html>
"""


class Sheet(NamedTuple):
    """A table of texts; the first column names the row. What follows a line end in a cell is written small below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    wraps: bool = False
    """whether the cells are sentences, which may be broken into lines"""


def study_page(
    over: str,
    title: str,
    lines: Sequence[str],
    pictures: Sequence[Shown],
    sheets: Sequence[Sheet],
    told: Mapping[str, Any],
    files: str,
) -> str:
    """The whole page. Every text in it is escaped; `told` is what study.json holds."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    facts = [
        ("Scenario", told["scenario"]),
        ("Simulated", f"{told['variants']} variants, {told['replications']} replications of each, seed {told['seed']}, "
                      "the same random numbers in all of them"),
        ("Beside this page", files),
    ]
    return environment.from_string(PAGE).render(
        over=over, title=title, lines=lines, pictures=pictures, sheets=sheets, facts=facts, command=told["command"],
        style=style_sheet())


def picture(folder: Any, name: str, title: str, caption: str, wide: Figure, narrow: Figure) -> Shown:
    """A picture written to a folder as NAME.png and NAME.svg, ready to be put into the page."""
    from sim.report.page import shown
    from sim.report.save import light, save, svg

    return shown(name, title, caption, light(wide, save(wide, folder, name)), light(narrow, svg(narrow)))
