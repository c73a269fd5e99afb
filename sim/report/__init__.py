"""What a run leaves for people: pictures, a page, and a summary in the terminal.

`write_report` and `print_summary` are the way in. Matplotlib, jinja2 and rich are imported when first needed.
"""

from __future__ import annotations

from sim.report.about import Goals, RunInfo
from sim.report.terminal import print_summary
from sim.report.write import write_report

__all__ = ["Goals", "RunInfo", "print_summary", "write_report"]
