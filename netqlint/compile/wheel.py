"""The build hook that compiles the pack into the wheel, which an installed netqlint never does, and the manual page."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackHook(BuildHookInterface[BuilderConfig]):
    """Adds grammars, rules, the package `_pack` and the manual page; an editable install reads its checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        # the build backend does not put the project itself on the path
        sys.path.insert(0, self.root)
        from netqlint import __version__
        from netqlint.cli import ABOUT
        from netqlint.commands import every
        from netqlint.compile.pack import modules
        from netqlint.manpage import manpage

        self.room = TemporaryDirectory()
        pack, page = Path(self.room.name, "_pack"), Path(self.room.name, "netqlint.1")
        pack.mkdir()
        for name, text in modules(Path(self.root)).items():
            (pack / f"{name}.py").write_text(text, encoding="utf-8")
        page.write_text(manpage(list(every().values()), ABOUT, __version__), encoding="utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/netqlint.1"
        build_data["force_include"] |= {
            "grammars": "netqlint/grammars",
            # not the notes beside them
            **{f"rules/{path.name}": f"netqlint/rules/{path.name}" for path in self.families()},
            str(pack): "netqlint/_pack",
        }

    def families(self) -> list[Path]:
        return [path for path in sorted(Path(self.root, "rules").iterdir()) if path.is_dir()]

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.room.cleanup()
