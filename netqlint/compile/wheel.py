"""The build hook that compiles the pack into the wheel: an installed netqlint never compiles."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackHook(BuildHookInterface[BuilderConfig]):
    """Adds grammars, rules and the package `_pack`; an editable install reads and compiles its checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        # the build backend does not put the project itself on the path
        sys.path.insert(0, self.root)
        from netqlint.compile.pack import modules

        self.room = TemporaryDirectory()
        for name, text in modules(Path(self.root)).items():
            Path(self.room.name, f"{name}.py").write_text(text, encoding="utf-8")
        build_data["force_include"] |= {
            "grammars": "netqlint/grammars",
            # not the notes beside them
            **{f"rules/{path.name}": f"netqlint/rules/{path.name}" for path in self.families()},
            self.room.name: "netqlint/_pack",
        }

    def families(self) -> list[Path]:
        return [path for path in sorted(Path(self.root, "rules").iterdir()) if path.is_dir()]

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.room.cleanup()
