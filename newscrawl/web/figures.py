"""Charts as plain SVG: drawn by the server, read without a script, with the figures in a table beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

_HEIGHT = 100
_LEAST_BAR = 1.5
_TICKS = 2


class Bars(NamedTuple):
    """A bar for each value in order; `top` is the value of the full height, so that charts can be compared."""

    labels: Sequence[str]
    values: Sequence[float]
    top: float

    @property
    def ticks(self) -> list[str]:
        """A few of the labels, evenly apart, the first and last among them."""
        last = len(self.labels) - 1
        number = min(_TICKS, last)
        return [self.labels[round(last * tick / number)] for tick in range(number + 1)] if number else list(self.labels)

    def draw(self, title: str) -> Markup:
        """Return the chart as SVG; each bar tells its value to a pointer that rests on it."""
        return Markup(
            '<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
        ).format(max(len(self.values), 1), _HEIGHT, title, Markup().join(self._draw_bars()))

    def _draw_bars(self) -> Iterator[Markup]:
        bar = Markup('<g><title>{}: {}</title><rect class="reach" x="{}" width="1" height="{}"/>{}</g>')
        for place, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            height = max(_HEIGHT * value / self.top, _LEAST_BAR) if value and self.top else 0
            rect = Markup('<rect x="{}" y="{}" width="0.8" height="{}"/>').format(
                f"{place + 0.1:g}", f"{_HEIGHT - height:.1f}", f"{height:.1f}"
            )
            yield bar.format(label, print_value(value), place, _HEIGHT, rect if height else "")


def draw_share(value: float, top: float) -> Markup:
    """Return a bar that lies in a row of a table; the row tells the value."""
    return Markup(
        '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/></svg>'
    ).format(f"{100 * value / top if top else 0:.1f}")


def print_value(value: float) -> str:
    """Return a number as a chart prints it: whole ones without a point, shares with one digit."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def list_days(first: date, last: date) -> list[str]:
    """Return every day from the first to the last."""
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def list_months(first: str, last: str) -> list[str]:
    """Return every month (2024-01) from the first to the last."""
    start, end = (12 * int(month[:4]) + int(month[5:7]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def fill(periods: Sequence[str], counted: Mapping[str, int]) -> list[int]:
    """Return the number of each period, 0 where there was nothing."""
    return [counted.get(period, 0) for period in periods]
