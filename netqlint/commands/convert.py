"""`netqlint convert`: a report read from its JSON, in other formats."""

from __future__ import annotations

from netqlint.arguments import Command
from netqlint.commands import CLEAN, OUTPUT, pack_here, write_reports
from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from netqlint.arguments import Arguments

COMMAND = Command(
    "convert",
    "Write a report of netqlint, read from its JSON (-: standard input), in other formats.",
    "FINDINGS.json",
    OUTPUT,
    least=1,
    most=1,
    more="""\
  netqlint check hosts/ --format json=findings.json
  netqlint convert findings.json --format sarif=findings.sarif --format html""",
)


def run(said: Arguments) -> int:
    from netqlint.outlets import outlets, placed, spare
    from netqlint.reread import report

    path = said.places[0]
    asked = outlets(said)
    spare(asked, [path], "converted")
    document = _document(path)
    write_reports(said, asked, report(document), placed(tuple(document["rules"]), [pack_here()]))
    return CLEAN


def _document(path: str) -> dict[str, Any]:
    """The JSON document of a report. Raises NetqlintError for a file that holds no such thing."""
    import json

    from netqlint.compile.output import problem
    from netqlint.files import open_source
    from netqlint.reread import consistent

    source = open_source(path)
    try:
        document = json.loads(source.text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise NetqlintError(
            f"{source.name}: no JSON; netqlint check --format json=FILE writes what can be converted"
        ) from None
    wrong = problem(document)
    if not wrong and not consistent(document):
        wrong = "its places do not fit its lines"
    if wrong:
        raise NetqlintError(f"{source.name}: no JSON report of netqlint: {wrong}")
    assert isinstance(document, dict)
    return document
