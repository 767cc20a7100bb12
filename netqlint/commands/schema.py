"""`netqlint schema`: the JSON Schemas of what netqlint writes and reads."""

from __future__ import annotations

from netqlint.arguments import Command
from netqlint.commands import CLEAN, HELP
from netqlint.console import say
from netqlint.errors import NetqlintError, hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "schema",
    "Print the JSON Schema of reports (json), of what show prints (show), of netqlint.toml (config) or of rule files "
    "(rule).",
    "json|show|config|rule",
    (HELP,),
    least=1,
    most=1,
)


def run(said: Arguments) -> int:
    import json

    from netqlint.compile.output import json_schema, show_schema
    from netqlint.compile.rules import rule_schema
    from netqlint.compile.settings import config_schema

    schemas = {"json": json_schema, "show": show_schema, "config": config_schema, "rule": rule_schema}
    name = said.places[0]
    if name not in schemas:
        raise NetqlintError(f"no schema {name}{hint(name, schemas) or '; there are ' + ', '.join(schemas)}")
    say(json.dumps(schemas[name](), indent=2) + "\n")
    return CLEAN
