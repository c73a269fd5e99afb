"""Writing the report into a run folder: plots/ and report.html."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import style
from sim.report.basis import basis

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo


def write_report(folder: Path, results: Results, about: RunInfo) -> None:
    """Write plots/*.png, plots/*.svg and report.html into a folder that exists.

    Raises OSError if the folder cannot be written to; what was written until then stays.
    """
    from sim.report.page import page, shown
    from sim.report.pictures import pictures
    from sim.report.save import light, save, svg
    from sim.report.slide import slide

    plots = folder / "plots"
    plots.mkdir(exist_ok=True)
    seen = []
    footer = basis(results, about)
    for picture in pictures(results, about):
        wide, narrow = picture.draw(style.WIDE), picture.draw(style.NARROW)
        with style.look():
            style.sign(wide, footer)
            style.sign(narrow, footer)
        drawn = light(wide, save(wide, plots, picture.name)), light(narrow, svg(narrow))
        seen.append(shown(picture.name, picture.title, picture.caption, *drawn))
    save(slide(results, about), plots, "summary")
    (folder / "report.html").write_text(page(results, about, seen), "utf-8")
