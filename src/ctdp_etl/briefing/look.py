"""One visual language for every picture: colours, line weights, type sizes and spaces in millimetres, in one place.

Blue rises, orange falls: a pair that colour-blind readers tell apart (Wong, Nature Methods 8, 2011, 441). Print without
colour still tells them: a fall has a heavier edge, and every number has its sign.
"""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """What a picture is drawn with; widths of lines and sizes of type in millimetres."""

    ink: str = "#000000"
    edge: str = "#333333"
    grid: str = "#b5b5b5"
    empty: str = "#ffffff"
    up: str = "#2f6ea5"
    down: str = "#f0b070"
    total: str = "#5a5a5a"
    ups: tuple[str, str, str] = ("#deebf7", "#abcfe6", "#6fb1da")
    downs: tuple[str, str, str] = ("#fdebd3", "#fbc88c", "#f09a4a")
    hair: float = 0.12
    thin: float = 0.25
    heavy: float = 0.5
    curve: float = 0.7
    dots: str = "0.8 0.6"
    fine: float = 2.55
    small: float = 2.9
    text: float = 3.5

    def fill(self, shade: str) -> str:
        """Return the colour of a shade: up1..up3, down1..down3, level, none."""
        steps = {"up": self.ups, "down": self.downs}.get(shade[:-1])
        return steps[int(shade[-1]) - 1] if steps else self.empty

    def stroke(self, falls: bool) -> float:
        """Return the weight of the edge of an area: heavier where the number falls."""
        return self.heavy if falls else self.hair


LOOK = Look()
