"""Every way to draw the picture of a host, by name; a format's module is loaded when it is asked for."""

from __future__ import annotations

from netqlint.reporters.style import PLAIN, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.picture import Picture

FORMATS = {
    "text": "netqlint.drawings.text",
    "json": "netqlint.drawings.json",
    "svg": "netqlint.drawings.svg",
}


def draw(pictures: Sequence[Picture], format: str, style: Style = PLAIN) -> str:
    """The hosts in `format`, one of `FORMATS`: whole lines. Only text has colours and a width."""
    module = __import__(FORMATS[format], fromlist=("draw",))
    drawn: str = module.draw(pictures, style)
    return drawn
