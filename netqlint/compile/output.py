"""The JSON document of a run, described for those who read it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


# pydantic refuses lone surrogates, and those stand for the bytes of a file that are no UTF-8
Text = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string"})]
Severity = Literal["error", "warning", "info"]
Applicability = Literal["safe", "unsafe", "display"]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Place(_Described):
    """A place between two characters of a file."""

    offset: Count = Field(description="Characters (code points) before it in the file.")
    byte_offset: Count = Field(description="Bytes before it in the file.")
    line: Number = Field(description="Its line, from 1; LF, CRLF and a lone CR end a line.")
    column: Number = Field(description="Its column in code points, from 1; a byte order mark takes none.")
    byte_column: Number = Field(description="Its column in bytes, from 1; a byte order mark takes none.")


class _Stretch(_Described):
    path: Text = Field(description="The name the file was read under.")
    start: Place = Field(description="In front of the first character.")
    end: Place = Field(description="Behind the last character; equal to start where something is missing.")


class Related(_Stretch):
    """A second place that belongs to a finding."""

    text: Text = Field(description="What stands there; a byte XX that is no UTF-8 is the lone surrogate U+DCXX.")
    label: Text = Field(description="What it has to do with the finding.")


class Edit(_Stretch):
    """What to write in the place of a stretch; where that is empty, what to insert."""

    text: Text = Field(description="The new text, with the line ends of the file.")


class Fix(_Described):
    """Edits that belong together: all are made, or none."""

    title: Text = Field(description="What the fix does.")
    applicability: Applicability = Field(
        description=(
            "safe: the host behaves as before, or as the text plainly meant; "
            "unsafe: a person should look first; display: shown, never applied."
        )
    )
    edits: list[Edit] = Field(description="The edits; no two of them overlap.")


class Finding(_Stretch):
    """One mistake at one place."""

    code: Text = Field(description="The code of the rule, such as NQ201.")
    name: Text = Field(description="The name of the rule.")
    severity: Severity = Field(description="How bad it is.")
    message: Text = Field(description="What is there, what will come of it, what to write instead.")
    why: Text = Field(description="The reason for the rule, in a sentence.")
    subject: Text = Field(description="What it is about, wherever that stands: igb.VMDQ[2], netNetqueueEnabled.")
    text: Text = Field(description="What stands there; a byte XX that is no UTF-8 is the lone surrogate U+DCXX.")
    related: list[Related] = Field(description="Other places that belong to it.")
    fix: Fix | None = Field(description="What would mend it, or null.")


class Fact(_Described):
    """Something the findings rest on."""

    host: Text = Field(description="The host, by the name of its file.")
    name: Text = Field(description="esx, cpus, a driver (its version) or ports.DRIVER.")
    value: Text = Field(description="What it is taken to be.")
    basis: Literal["assumed", "written", "shown", "default"] = Field(
        description=(
            "assumed: the user said so; written: read in the file; "
            "shown: follows from what is written; default: a guess."
        )
    )
    how: Text = Field(description="How it is known, in words.")
    overrule: Text = Field(description="The option that would say otherwise; may be empty.")


class Undecided(_Described):
    """A rule that could not be decided for a host."""

    host: Text = Field(description="The host, by the name of its file.")
    code: Text = Field(description="The code of the rule.")
    name: Text = Field(description="The name of the rule.")
    missing: list[Text] = Field(description="The options that would decide it.")


class Summary(_Described):
    """How many there are of each kind."""

    error: Count = Field(description="Findings that are errors.")
    warning: Count = Field(description="Findings that are warnings.")
    info: Count = Field(description="Findings that are neither.")
    fixable_safe: Count = Field(description="Findings with a safe fix.")
    fixable_unsafe: Count = Field(description="Findings with an unsafe fix.")


class Document(_Described):
    """What one run of netqlint has to say.

    Read it with `Document.model_validate(json.loads(text))`: pydantic's own JSON reader refuses
    lone surrogates. Keys may be added within a version, and none go or change their meaning.
    """

    schema_: Literal["netqlint/output-v1"] = Field(alias="schema", description="The name of this form.")
    version: Literal[1] = Field(description="The number of this form.")
    findings: list[Finding] = Field(description="Sorted by path and place.")
    checked: list[Text] = Field(description="The names of all files that were checked, sorted.")
    facts: list[Fact] = Field(description="What the findings rest on, by host.")
    undecided: list[Undecided] = Field(description="Rules that could not be decided, by host.")
    summary: Summary = Field(description="The numbers.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document."""
    schema = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "The JSON output of netqlint",
    }
