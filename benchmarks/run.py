"""`python benchmarks/run.py`: measures netqlint beside its peers, wherever it is called from."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from benchmarks.bench import main

    raise SystemExit(main())
