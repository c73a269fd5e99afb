"""Pictures into files: PNG for documents and slides, SVG for the page and for editing."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150
LONG = re.compile(rb"(?<=[ML0-9\" ,(-])(\d+\.\d\d)\d+(?=[ \",)])")
"""A coordinate with more decimals than anybody can see."""
PLAIN = {"Date": None, "Creator": None}
"""Nothing in the file but the picture, so that the same results give the same bytes."""


HEAVY = 300_000
"""bytes above which a page takes the PNG: a month by quarter hours is too much detail for a vector"""


def png(figure: Figure, to: Path | BytesIO, dpi: int = DPI) -> None:
    """Write a figure as PNG."""
    with style.look(), _quiet():
        # Level 4 compresses nearly as well as the default, in a third of its time.
        figure.savefig(to, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 4})


def light(figure: Figure, vector: bytes) -> bytes:
    """The SVG of a figure, or its PNG if the SVG would make a page too heavy."""
    if len(vector) <= HEAVY:
        return vector
    drawn = BytesIO()
    png(figure, drawn)
    return drawn.getvalue()


def svg(figure: Figure) -> bytes:
    """A figure as SVG: letters stay letters, coordinates have two decimals (1/7200 inch)."""
    drawn = BytesIO()
    with style.look(), _quiet():
        figure.savefig(drawn, format="svg", metadata=PLAIN)
    return LONG.sub(rb"\1", drawn.getvalue())


def save(figure: Figure, folder: Path, name: str) -> bytes:
    """Write NAME.png and NAME.svg into a folder; the SVG as bytes."""
    png(figure, folder / f"{name}.png")
    drawn = svg(figure)
    (folder / f"{name}.svg").write_bytes(drawn)
    return drawn


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a warning for each letter that the font does not have: the page shows the name in full."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
