"""How the pictures look: colours, type, sizes, and the few marks that every plot shares.

Colours are those of Okabe and Ito (Color Universal Design, 2008), or tints of them, chosen so that
neighbours differ in lightness too: the plots survive colour blindness and a grey printer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1B1F24"
QUIET = "#5B6570"
RULE = "#C9D0D6"
PAPER = "#FFFFFF"
BLUE, SKY, VERMILION, ORANGE, GREEN, PURPLE = "#0072B2", "#A6D3EE", "#C24A00", "#E69F00", "#00785A", "#8E4585"

COLOURS = {
    "handled": SKY,
    "abandoned": VERMILION,
    "lost": "#5A1F00",
    "offered": INK,
    "staffed": INK,
    "busy": SKY,
    "service_level": BLUE,
    "goal": "#B03A00",
    "asa": BLUE,
    "longest": ORANGE,
}
STATES = {
    "talk": "#0B4F7D",
    "hold": "#3B8FC4",
    "wrap": "#8FC6E8",
    "idle": "#E4E9ED",
    "break": "#F2C14E",
    "lunch": "#D99A1C",
    "training": "#A66A9C",
    "meeting": "#7A3E74",
    "away": "#6B7680",
}
"""Colour of each agent state, in the order in which they are stacked."""

NARROW_BELOW = 5.0
"""inches: a figure narrower than this puts one panel on a row"""
WIDE = 7.6
"""inches: a figure in the run folder and on a screen"""
NARROW = 3.9
"""inches: the same figure for a phone, with type of the same size"""

LOOK: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": "#8A949D",
    "axes.linewidth": 0.8,
    "axes.labelcolor": QUIET,
    "axes.labelsize": 9.0,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8.0,
    # A fixed height spares Matplotlib a search for ticks that the title might cover: a tenth of the time.
    "axes.titley": 1.0,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "grid.color": "#E3E7EA",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.3,
    "legend.borderaxespad": 0.0,
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "tightrope",
}

P = ParamSpec("P")
T = TypeVar("T")


_inside: ContextVar[bool] = ContextVar("inside", default=False)


@contextmanager
def look(**changes: Any) -> Iterator[None]:
    """A block in which what Matplotlib draws looks like the rest of the report, but for some changes.

    A block within such a block leaves the look alone, so that a slide can ask for larger letters once.
    """
    from matplotlib import rc_context

    if _inside.get():
        yield
        return
    token = _inside.set(True)
    try:
        # The keys are strings to us; Matplotlib's types list every one of them.
        settings: Any = LOOK | changes
        with rc_context(settings):
            yield
    finally:
        _inside.reset(token)


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """The drawing function, in the look of the report."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        with look():
            return draw(*args, **kwargs)

    return drawn


class Frame(NamedTuple):
    """A figure and its axes, top to bottom and left to right."""

    figure: Figure
    axes: list[list[Axes]]


def frame(
    width: float,
    heights: Sequence[float],
    columns: Sequence[float] = (1.0,),
    *,
    title: float = 0.34,
    top: float = 0.06,
    gap: float = 0.62,
    left: float = 0.6,
    right: float = 0.22,
    between: float = 0.8,
) -> Frame:
    """A figure with rows of panels of these heights; all lengths in inches, `columns` are shares.

    `title` is the room over each panel. Placed by hand:
    a layout engine costs half a second over all the plots of a report.
    """
    from matplotlib.figure import Figure

    # Room for the last label and the footer, which takes two lines on a phone.
    bottom = 0.72 if width >= NARROW_BELOW else 0.86
    height = top + sum(heights) + title * len(heights) + gap * (len(heights) - 1) + bottom
    figure = Figure(figsize=(width, height), facecolor=PAPER)
    inner = width - left - right - between * (len(columns) - 1)
    rows: list[list[Axes]] = []
    y = height - top
    for h in heights:
        y -= title + h
        x, row = left, []
        for share in columns:
            w = inner * share / sum(columns)
            row.append(figure.add_axes((x / width, y / height, w / width, h / height)))
            x += w + between
        rows.append(row)
        y -= gap
    return Frame(figure, rows)


def one(ax: Axes | None, height: float = 2.4, width: float = WIDE) -> Axes:
    """The axes given, or new ones on a figure of their own."""
    return ax if ax is not None else frame(width, [height]).axes[0][0]


def label_size() -> float:
    """Size of the letters under an axis, in points."""
    from matplotlib import rcParams

    return float(rcParams["xtick.labelsize"])


def inches(ax: Axes) -> float:
    """How wide a panel is, to fit its words."""
    figure = ax.get_figure(root=True)
    return 0.0 if figure is None else float(ax.get_position().width * figure.get_size_inches()[0])


def entitle(ax: Axes, title: str, handles: Sequence[Artist] = (), labels: Sequence[str] = ()) -> None:
    """Put the title over a panel, and its legend beside it where there is room, else inside at the top."""
    from matplotlib import rcParams

    ax.set_title(title)
    if not handles:
        return
    # The mean advance of a letter in inches; a legend entry adds its mark and spaces.
    letter, mark = 0.0072 * float(rcParams["legend.fontsize"]) * breadth(), 0.045 * float(rcParams["legend.fontsize"])
    needs = 1.2 * letter * len(title) + sum(letter * len(label) + mark for label in labels)
    if needs < inches(ax):
        ax.legend(handles, labels, loc="lower right", bbox_to_anchor=(1.0, 1.015), ncols=len(labels))
        return
    columns = len(labels) if sum(letter * len(label) + mark for label in labels) < inches(ax) else 2
    lines = -(-len(labels) // columns)
    ax.set_title(title, pad=LOOK["axes.titlepad"] + 14 * lines)
    ax.legend(handles, labels, loc="lower left", bbox_to_anchor=(0.0, 1.015), ncols=columns)


def fit(text: str, room: float, size: float = 9.5) -> str:
    """Text broken into lines that fit into a width in inches, at a size in points."""
    from textwrap import fill

    return fill(text, max(12, int(room / (0.0066 * size * breadth()))), break_long_words=True)


def fit_title(ax: Axes, text: str, more: float = 0.0) -> str:
    """A title broken into lines as wide as its panel, and so many inches more."""
    from matplotlib import rcParams

    return fit(text, inches(ax) + more, float(rcParams["axes.titlesize"]))


@cache
def breadth() -> float:
    """How broad the letters of the font found are: Arial's are 1, those of DejaVu Sans (always there) 1.17."""
    from matplotlib.font_manager import FontProperties, findfont

    return 1.17 if "DejaVu" in findfont(FontProperties(family=LOOK["font.sans-serif"])) else 1.0


def unit(ax: Axes, words: str) -> None:
    """Name the unit of a vertical axis, at the same distance on every panel."""
    ax.set_ylabel(words)
    ax.yaxis.set_label_coords(-0.43 / inches(ax), 0.5)


def bare(ax: Axes) -> None:
    """Take the words off a panel's horizontal axis: they stand below the last one."""
    ax.set_xlabel("")
    ax.tick_params(labelbottom=False)


def sign(figure: Figure, words: str) -> None:
    """Write into the footer what the figure rests on."""
    width, height = figure.get_size_inches()
    lines = fit(words, width - 0.2, 8.0)
    figure.text(0.1 / width, 0.08 / height, lines, fontsize=8, color=QUIET, va="bottom", linespacing=1.25)


def percent_axis(ax: Axes, low: float = 0.0, high: float = 1.0) -> None:
    """Show shares 0 to 1 as percent, with light lines across."""
    ax.set_ylim(low, high)
    ticks = [t / 4 for t in range(5) if low <= t / 4 <= high]
    ax.set_yticks(ticks, [f"{100 * t:.0f}" for t in ticks])


def count_axis(ax: Axes, most: float) -> None:
    """Count upwards from zero, with light lines across and thousands set apart."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_ylim(0, most * 1.06 if most > 0 else 1)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def empty(ax: Axes, words: str = "no contacts", keep_time: bool = False) -> None:
    """Say in the middle of a panel that there is nothing to draw; the time axis may stay for the panels above."""
    if not keep_time:
        ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=QUIET)
