"""The JSON document of a run, described for those who read it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema


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
    byte_offset: Count = Field(description="Bytes before it in the file, as UTF-8.")
    line: Number = Field(description="Its line, from 1; LF, CRLF and a lone CR end a line.")
    column: Number = Field(description="Its column in code points, from 1; a byte order mark takes none.")
    byte_column: Number = Field(description="Its column in bytes of UTF-8, from 1; a byte order mark takes none.")
    utf16_column: Number = Field(description="Its column in UTF-16 code units, from 1, as editors count.")


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
    fingerprint: Text = Field(description="Its name: stands for rule, file and subject, whatever line it moves to.")


class Asked(_Stretch):
    """The comment, or the entry of a file, that asks for a finding to be spared."""

    text: Text = Field(description="What stands there; a byte XX that is no UTF-8 is the lone surrogate U+DCXX.")


class Suppression(_Described):
    """What spares a finding."""

    kind: Literal["comment", "file", "baseline"] = Field(
        description="comment: one in the file; file: an entry of .netqlint-ignore.yaml; baseline: known before."
    )
    reason: Text = Field(description="The reason that was given; empty for a baseline.")
    place: Asked | None = Field(description="Where it was asked for; null for a baseline.")


class Suppressed(Finding):
    """A finding that somebody has asked not to hear of."""

    suppression: Suppression = Field(description="What spares it.")


class Unread(_Described):
    """A place of the call that could not be read."""

    path: Text = Field(description="The place, as the call or a folder names it.")
    reason: Text = Field(description="Why it could not be read.")


class Line(_Described):
    """A line that findings quote or change."""

    path: Text = Field(description="The name the file was read under.")
    line: Number = Field(description="Its number, from 1; LF, CRLF and a lone CR end a line.")
    offset: Count = Field(description="Characters (code points) before it in the file.")
    byte_offset: Count = Field(description="Bytes before it in the file, as UTF-8.")
    text: Text = Field(description="The line with its end; a byte XX that is no UTF-8 is the lone surrogate U+DCXX.")
    hash: Text = Field(description="Its hash, as GitHub works out primaryLocationLineHash.")


class Fact(_Described):
    """Something the findings rest on."""

    host: Text = Field(description="The host, by the name of its file.")
    name: Text = Field(description="esx, cpus, a driver (its version) or ports.DRIVER.")
    value: Text = Field(description="What it is taken to be.")
    basis: Literal["assumed", "listed", "written", "shown", "default"] = Field(
        description=(
            "assumed: the user said so; listed: the output of a command says so, or the host's esx.conf beside the "
            "file; written: read in the file; shown: follows from what is written; default: a guess."
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
    unread: Count = Field(description="Places that could not be read.")
    suppressed: Count = Field(description="Findings that a comment, a file or a baseline spares, shown or not.")
    outside_diff: Count = Field(description="Findings outside of what --diff-base says has changed.")


class Document(_Described):
    """What one run of netqlint has to say.

    Read it with `Document.model_validate(json.loads(text))`: pydantic's own JSON reader refuses
    lone surrogates. Keys may be added within a version, and none go or change their meaning.
    """

    schema_: Literal["netqlint/output-v1"] = Field(alias="schema", description="The name of this form.")
    version: Literal[1] = Field(description="The number of this form.")
    findings: list[Finding] = Field(description="Sorted by path and place.")
    suppressed: list[Suppressed] = Field(
        description="Findings that are spared, sorted by path and place, where --show-suppressed asks for them."
    )
    baseline: bool = Field(description="Whether a baseline holds: it knows none of the findings.")
    checked: list[Text] = Field(description="The names of all files that were checked, sorted.")
    unread: list[Unread] = Field(description="Places that could not be read, sorted.")
    facts: list[Fact] = Field(description="What the findings rest on, by host.")
    undecided: list[Undecided] = Field(description="Rules that could not be decided, by host.")
    rules: list[Text] = Field(description="The codes of all rules that were asked, sorted.")
    lines: list[Line] = Field(description="The lines that findings and suppressions quote or change, by file.")
    summary: Summary = Field(description="The numbers.")


def problem(document: object) -> str:
    """What is wrong with a document, in words; empty where it is one."""
    try:
        Document.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place}: {first['msg'].lower()}" if place else "it is no object"
    return ""


class Spot(_Described):
    """A place in the file of the host."""

    line: Number = Field(description="Its line, from 1; LF, CRLF and a lone CR end a line.")
    column: Number = Field(description="Its column in code points, from 1; a byte order mark takes none.")
    text: Text = Field(description="What stands there.")


class ShownReading(_Described):
    """A number that a port gets."""

    value: int | None = Field(description="The number; null where nobody can know it.")
    tells: Text = Field(description="The option that would tell an unknown one; empty where none would.")


class ShownSwitch(_Described):
    """NetQueue, of a host or of a port."""

    on: bool | None = Field(description="Whether it is on; null where nobody can know.")
    why: Text = Field(description="The reason, in words.")
    tells: Text = Field(description="The option that would tell; may be empty.")


class ShownCell(_Described):
    """What a port gets of one parameter."""

    parameter: Text = Field(description="The name of the parameter.")
    value: int | None = Field(description="What the port gets; null where nobody can know it.")
    tells: Text = Field(description="The option that would tell an unknown value; may be empty.")
    origin: Literal["written", "default", "missing", "unclear"] = Field(
        description=(
            "written: by the characters at place; default: there is no list; "
            "missing: the list ends before this port; unclear: nobody can tell what is written."
        )
    )
    place: Spot | None = Field(description="The position of the list that gave the value.")
    legal: bool | None = Field(description="Whether the driver takes what is written; null where nobody can know.")
    applies: bool = Field(description="False where this port has no such thing.")


class ShownPort(_Described):
    """A port of a driver."""

    index: Count = Field(description="Its place in PCI order, from 0: the position in every list.")
    address: Text = Field(description="Its PCI address as the file writes it; may be empty.")
    device: Text = Field(description="Its PCI id, such as 8086:10c9; may be empty.")
    model: Text = Field(description="The name of the device; may be empty.")
    controller: Text = Field(description="The kind of controller, such as 82576; may be empty.")
    vmnic: Text = Field(description="The name ESX gives it; may be empty.")
    cells: list[ShownCell] = Field(description="What it gets of each parameter that is set or matters.")
    rx_queues: ShownReading = Field(description="Receive queues.")
    tx_queues: ShownReading = Field(description="Transmit queues.")
    vectors: ShownReading = Field(description="MSI-X interrupt vectors; 0 where none are asked for.")
    netqueue: ShownSwitch = Field(description="Whether NetQueue has more than one queue of it.")


class ShownRow(_Described):
    """A parameter as it is written."""

    parameter: Text = Field(description="The name of the parameter.")
    per: Literal["port", "module", ""] = Field(description="What its values are for; empty where that is unknown.")
    values: list[Spot] = Field(description="Its values in the order of the list.")
    place: Spot = Field(description="The whole of it.")
    beyond: Count = Field(description="How many values at the end are for ports that are not there.")


class ShownDriver(_Described):
    """A module of a known driver."""

    name: Text = Field(description="The module.")
    summary: Text = Field(description="What it drives.")
    version: Fact | None = Field(description="Its version, and why it is taken to be this one.")
    generation: Text = Field(description="The versions that read their options alike; empty where unknown.")
    ports_known: Fact | None = Field(description="How many ports it has, and how that is known.")
    ports: list[ShownPort] = Field(description="Its ports in PCI order.")
    rows: list[ShownRow] = Field(description="Its options.")
    remarks: list[Text] = Field(description="What stands in the way of knowing more.")


class ShownHost(_Described):
    """A host as its drivers see it."""

    host: Text = Field(description="The name its file was read under.")
    release: Fact = Field(description="Its release, and how that is known.")
    netqueue: ShownSwitch = Field(description="NetQueue in the VMkernel.")
    drivers: list[ShownDriver] = Field(description="Every module of a known driver.")


class Show(_Described):
    """What `netqlint show --format json` prints."""

    schema_: Literal["netqlint/show-v1"] = Field(alias="schema", description="The name of this form.")
    version: Literal[1] = Field(description="The number of this form.")
    hosts: list[ShownHost] = Field(description="The hosts, in the order of the call.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document."""
    return _published(Document, "The JSON output of netqlint")


def show_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `show` prints."""
    return _published(Show, "The JSON output of netqlint show")


def _published(document: type[BaseModel], title: str) -> dict[str, Any]:
    schema = document.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
