"""`python -m netqlint`."""

from __future__ import annotations

from netqlint.cli import script

script()
