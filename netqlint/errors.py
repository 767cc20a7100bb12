"""What is wrong with the call: a path, an option, a configuration, a rule file."""

from __future__ import annotations


class NetqlintError(Exception):
    """Told in one line on stderr, exit 2; begins with the place (`netqlint.toml:3: …`), if any."""
