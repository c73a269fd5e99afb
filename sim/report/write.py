"""Writing the report into a run folder: plots/ and report.html."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import style
from sim.report.basis import basis

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo
    from sim.report.page import Shown


def write_report(folder: Path, results: Results, about: RunInfo) -> None:
    """Write plots/*.png, plots/*.svg and report.html into a folder that exists.

    Raises OSError if the folder cannot be written to; what was written until then stays.
    """
    from sim.report.page import page

    plots = folder / "plots"
    plots.mkdir(exist_ok=True)
    with _no_collection():
        seen = draw_all(plots, results, about)
        (folder / "report.html").write_text(page(results, about, seen), "utf-8")


def draw_all(plots: Path, results: Results, about: RunInfo) -> list[Shown]:
    """Write every picture into a folder; those of the page, ready to be put into it."""
    from sim.report.page import shown
    from sim.report.pictures import pictures
    from sim.report.save import light, save, svg
    from sim.report.slide import slide

    seen = []
    footer = basis(results, about)
    for picture in pictures(results, about):
        wide, narrow = picture.draw(style.WIDE), picture.draw(style.NARROW)
        with style.look():
            style.sign(wide, footer)
            style.sign(narrow, footer)
        drawn = light(wide, save(wide, plots, picture.name)), light(narrow, svg(narrow))
        seen.append(shown(picture.name, picture.title, picture.caption, *drawn, picture.of_people))
    save(slide(results, about), plots, "summary")
    return seen


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without garbage collection: Matplotlib's many small objects make it run for an eighth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
