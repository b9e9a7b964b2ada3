"""Draws figures with matplotlib."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from benchmarks.plots.figures import Drawn, Lines, Pairs, Panels

WIDTH = 7.4
"""Inches, as are all lengths here. The manual shows this width as it is."""
ROW = 0.34
HEAD = 0.7
FOOT = 1.02
SMALL = 7.0
"""Points, as are all sizes of letters."""
NORMAL = 9.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that can be read on the manual's background."""

    text: str
    faint: str
    grid: str
    stock: str
    mine: str


PALETTES: Mapping[str, Palette] = {
    "light": Palette(text="#1f2328", faint="#59636e", grid="#d8dce1", stock="#6e7781", mine="#b3470b"),
    "dark": Palette(text="#e6e8eb", faint="#a5adb8", grid="#3d4249", stock="#9aa4b0", mine="#f5a15c"),
}


def draw(figure: Drawn, mode: str, small_print: str, files: Sequence[Path]) -> None:
    """Draw a figure for a mode, ``light`` or ``dark``, into files whose suffixes say how. The background is clear.

    :param small_print: what stands below the picture.
    """
    # The same results give the same bytes.
    with mpl.rc_context({"svg.hashsalt": figure.name, "svg.fonttype": "path", "font.family": "DejaVu Sans"}):
        palette = PALETTES[mode]
        match figure:
            case Pairs():
                canvas = _draw_pairs(figure, palette)
            case Panels():
                canvas = _draw_panels(figure, palette)
            case Lines():
                canvas = _draw_lines(figure, palette)
        canvas.text(
            0.01, 1 - 0.12 / _height(canvas), figure.title, size=12, weight="bold", color=palette.text, va="top"
        )
        print_ = "\n".join(textwrap.wrap(small_print, 118))
        canvas.text(0.01, 0.08 / _height(canvas), print_, size=SMALL, color=palette.faint, va="bottom")
        for file in files:
            no_date = {"Date": None} if file.suffix == ".svg" else {}
            background = "none" if file.suffix == ".svg" else {"light": "white", "dark": "#131416"}[mode]
            canvas.savefig(file, facecolor=background, metadata=no_date, dpi=110)


def amount(value: float) -> str:
    """Return a number with two or three digits that count."""
    if value >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


def _canvas(n_rows: float) -> Figure:
    return Figure(figsize=(WIDTH, HEAD + FOOT + ROW * n_rows))


def _height(canvas: Figure) -> float:
    return float(canvas.get_size_inches()[1])


def _axes(canvas: Figure, left: float, width: float) -> Axes:
    """Return axes between what stands above and below; *left* and *width* are parts of the whole."""
    height = _height(canvas)
    return canvas.add_axes((left, FOOT / height, width, (height - HEAD - FOOT) / height))


def _draw_pairs(figure: Pairs, palette: Palette) -> Figure:
    rows = figure.rows
    canvas = _canvas(len(rows))
    label_width = min(0.5, 0.02 + 0.0098 * max(len(row.label) for row in rows))
    axes = _axes(canvas, label_width, 0.815 - label_width)
    places = range(len(rows))
    for place, row in zip(places, rows, strict=True):
        axes.plot([row.stock, row.mine], [place, place], color=palette.grid, linewidth=2, zorder=1)
        is_right = row.mine > row.stock
        _label(axes, row.mine, place, palette.mine, is_right=is_right)
        _label(axes, row.stock, place, palette.stock, is_right=not is_right)
        axes.text(
            1.02, place, row.remark, transform=axes.get_yaxis_transform(), size=SMALL, color=palette.text, va="center"
        )
    for name, color, values in (
        ("stock Sphinx", palette.stock, [row.stock for row in rows]),
        ("Pronghorn", palette.mine, [row.mine for row in rows]),
    ):
        axes.scatter(values, places, color=color, s=36, zorder=2, label=name)
    labels = ["\n".join(textwrap.wrap(row.label, 54)) for row in rows]
    _dress(axes, palette, labels, figure.unit)
    everything = [value for row in rows for value in (row.stock, row.mine)]
    _scale(axes, everything, is_logarithmic=figure.is_logarithmic)
    canvas.legend(
        loc="upper right",
        bbox_to_anchor=(0.99, 1 - 0.05 / _height(canvas)),
        ncols=2,
        frameon=False,
        fontsize=NORMAL,
        labelcolor=palette.text,
    )
    return canvas


def _draw_panels(figure: Panels, palette: Palette) -> Figure:
    canvas = _canvas(len(figure.labels))
    left, right = 0.17, 0.99
    width = (right - left) / len(figure.panels)
    everything = [value for _, values in figure.panels for value in values if value is not None]
    for number, (title, values) in enumerate(figure.panels):
        axes = _axes(canvas, left + number * width, width * 0.93)
        for place, (name, value) in enumerate(zip(figure.labels, values, strict=True)):
            color = palette.mine if name == "Pronghorn" else palette.stock
            if value is not None:
                axes.scatter([value], [place], color=color, s=30, zorder=2)
                _label(axes, value, place, color, is_right=True)
        _dress(axes, palette, figure.labels if number == 0 else [""] * len(figure.labels), "")
        _scale(axes, everything, is_logarithmic=True, right=8, ticks=3)
        is_middle = number == len(figure.panels) // 2
        axes.set_xlabel(f"{figure.unit}, logarithmic" if is_middle else " ", size=SMALL, color=palette.faint)
        axes.set_title("\n".join(textwrap.wrap(title, 18)), size=7.5, color=palette.text, loc="left", pad=4)
        for label in axes.get_yticklabels():
            label.set_color(palette.mine if label.get_text() == "Pronghorn" else palette.text)
    return canvas


def _draw_lines(figure: Lines, palette: Palette) -> Figure:
    canvas = _canvas(8)
    axes = _axes(canvas, 0.1, 0.66)
    ends = []
    for name, points in figure.lines:
        is_mine = name == "Pronghorn"
        color = palette.mine if is_mine else palette.stock
        axes.plot(*zip(*points, strict=True), color=color, marker="o", markersize=5, linewidth=2.2 if is_mine else 1.2)
        ends.append((points[-1][1], points[-1][0], name, color))
    everything = [value for _, points in figure.lines for _, value in points]
    axes.set_xscale("log")
    if figure.is_logarithmic:
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.25 * max(everything))
    sizes = sorted({size for _, points in figure.lines for size, _ in points})
    axes.set_xlim(sizes[0] / 1.1, sizes[-1] * 1.1)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    _label_ends(axes, ends)
    _colour(axes, palette)
    scale = ", logarithmic" if figure.is_logarithmic else ""
    axes.set_xlabel("pages, logarithmic", size=SMALL, color=palette.faint)
    axes.set_ylabel(f"{figure.unit}{scale}", size=SMALL, color=palette.faint)
    axes.grid(visible=True, color=palette.grid, linewidth=0.6)
    return canvas


def _label_ends(axes: Axes, ends: Sequence[tuple[float, int, str, str]]) -> None:
    """Write names at the ends of lines, apart from each other."""
    to_points, from_points = axes.transData.transform, axes.transAxes.inverted().transform
    lowest = 0.0
    last = max(size for _, size, _, _ in ends)
    for value, size, name, color in sorted(ends):
        width, height = from_points(to_points((size, value)))
        if size == last:
            width, height = 1.0, max(float(height), lowest)
            lowest = height + 0.055
        text = f"{name}, {amount(value)}"
        axes.text(width + 0.02, height, text, transform=axes.transAxes, size=NORMAL - 1, color=color, va="center")


def _label(axes: Axes, value: float, place: int, color: str, *, is_right: bool) -> None:
    offset, side = (6, "left") if is_right else (-6, "right")
    axes.annotate(
        amount(value),
        (value, place),
        (offset, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        size=SMALL,
        color=color,
    )


def _dress(axes: Axes, palette: Palette, labels: Sequence[str], unit: str) -> None:
    """Lay out the rows of axes, from the top downward, and their unit."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=True, axis="x", color=palette.grid, linewidth=0.6)
    axes.set_xlabel(unit, size=SMALL, color=palette.faint)
    _colour(axes, palette)


def _colour(axes: Axes, palette: Palette) -> None:
    axes.patch.set_alpha(0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", labelsize=NORMAL - 1, labelcolor=palette.text, length=0)
    axes.tick_params(axis="x", labelsize=SMALL, labelcolor=palette.faint)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _scale(axes: Axes, values: Sequence[float], *, is_logarithmic: bool, right: float = 4, ticks: int = 5) -> None:
    """Set the range, with room for the labels of the smallest and the largest value."""
    if not is_logarithmic:
        axes.set_xlim(0, 1.15 * max(values))
        return
    axes.set_xscale("log")
    axes.set_xlim(min(values) / 3, max(values) * right)
    axes.xaxis.set_major_locator(LogLocator(base=10, numticks=ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_xlabel(f"{axes.get_xlabel()}, logarithmic", size=SMALL)
