"""Reads rule files strictly, checks everything a rule says against its scope, and compiles it to plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from netqlint.compile.condition import Condition, ConditionError, compile_condition
from netqlint.errors import NetqlintError, hint
from netqlint.pack import file_name
from netqlint.scopes import SCOPES, Scope

# the homes of functions: of rules about what few texts have, and of fixes
SELDOM, WORDS = "seldom", "words"

Code = Annotated[str, Field(pattern=r"^[A-Z]{2,8}[0-9]{3,4}$")]
Sentence = Annotated[str, Field(pattern=r"^[A-Z][^\n]*\.$")]
# what the text of a gap begins with
GAP = "TODO: "
_HOLE = re.compile(r"\{([^{}]*)\}")
_ABOUT = re.compile(r"\s*([A-Za-z_][\w-]*)\s*(?:(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*))?\s*")


class RuleError(NetqlintError):
    """What is wrong in a rule file: the file, the line (from 1) and the complaint."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


class Gap(RuleError):
    """A place in a rule file that only says what is to stand there."""


class Unfinished(RuleError):
    """A rule file with gaps."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(gaps[0].path, gaps[0].line, gaps[0].message)
        self.gaps = gaps


class Closed(BaseModel):
    """A mapping that takes no key it does not know and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FixText(Closed):
    """What to make of the text: `set` names to values, `rename`, `remove`, or `repair` a mistake as plainly meant."""

    applicability: Literal["safe", "unsafe", "display"]
    safe_when: str | None = Field(None, alias="safe-when", description="a condition that makes an unsafe fix safe")
    title: str | None = Field(None, description="what the fix does, with names in braces")
    set: dict[str, int | str] | None = Field(
        None, description="NAME: value, or a condition that gives it; '' leaves NAME as it is"
    )
    rename: dict[str, str] | None = None
    remove: str | None = None
    repair: bool = False


class Given(Closed):
    """The facts of an example."""

    esx: str | None = None
    ports: int | str | None = None
    cpus: int | None = None
    mtu: int | None = None
    netqueue: Literal["on", "off"] | None = None
    version: Annotated[str | None, Field(description="the driver version of the example's module")] = None
    module: str | None = None
    encoding: Annotated[
        Literal["utf-16-le", "utf-16-be"] | None, Field(description="how the file is written that the text is of")
    ] = None


class Example(Closed):
    """A text on which the rule stays silent (`good`) or speaks (`bad`), at each place between « and »."""

    good: str | None = None
    bad: str | None = None
    says: str | list[str] | None = Field(None, description="the exact messages, in the order of the places")
    fixed: str | None = Field(None, description="the text once all fixes of this rule are made")
    given: Given = Given()
    surface: Literal[
        "options",
        "esxconf",
        "shell",
        "kickstart",
        "bootcfg",
        "powershell",
        "ansible",
        "hostprofile",
        "terraform",
        "puppet",
        "listing",
    ] = "options"
    listing: str | None = Field(None, description="what the host of this text says of itself")
    beside: dict[str, str] = Field({}, description="other texts of this host, by their names")

    @field_validator("bad")
    @classmethod
    def marked(cls, text: str | None) -> str | None:
        if text is not None and ("«" not in text or text.count("«") != text.count("»")):
            raise ValueError("a bad example marks each place with « and »")
        return text


class RuleText(Closed):
    """A rule file: check, message, fix, manual and tests of one mistake."""

    code: Code
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    severity: Literal["error", "warning", "info"]
    summary: Sentence
    about: str | None = Field(None, description="driver and versions it is true for: `igb >= 2.0.6, esx < 5.0`")
    scope: str = Field(alias="for")
    when: str | None = None
    require: str | None = None
    at: str | None = None
    message: str
    related: dict[str, str] = {}
    fix: FixText | None = None
    why: str
    sources: list[str] = Field(min_length=1)
    confidence: Literal["documented", "source", "inferred", "memory"]
    since: Annotated[str, Field(pattern=r"^[0-9]+([.][0-9]+)*$")] = Field(
        "0.1.0", description="the first version of netqlint that has it"
    )
    examples: list[Example] = Field(min_length=2)


def load_rules(folder: Path, parameters: Mapping[str, Mapping[str, str]]) -> list[dict[str, object]]:
    """netqlint's own rules, by code. `parameters` gives each driver's names and types for conditions."""
    return _load(sorted(folder.glob("*/NQ*.yaml")), parameters, None)


def load_own_rules(
    folder: Path, parameters: Mapping[str, Mapping[str, str]], beside: Iterable[Mapping[str, object]]
) -> list[dict[str, object]]:
    """A team's rules: every YAML file below `folder`, with codes and names that none of the rules `beside` has."""
    paths = own_files(folder)
    if not paths:
        raise NetqlintError(f"{folder}: no rules in this folder, which the configuration names")
    return _load(paths, parameters, beside)


def own_files(folder: Path) -> list[Path]:
    """The files of a team's rules."""
    return sorted(folder.rglob("*.yaml"))


def _load(
    paths: Iterable[Path], parameters: Mapping[str, Mapping[str, str]], beside: Iterable[Mapping[str, object]] | None
) -> list[dict[str, object]]:
    rules, errors = try_rules(paths, parameters, beside)
    if errors:
        raise errors[0]
    return rules


def try_rules(
    paths: Iterable[Path], parameters: Mapping[str, Mapping[str, str]], beside: Iterable[Mapping[str, object]] | None
) -> tuple[list[dict[str, object]], list[RuleError]]:
    """The rules in these files by code, and what is wrong with the others.

    `beside` are rules they must not be taken for; None where the files are netqlint's own.
    """
    rules: list[dict[str, object]] = []
    errors: list[RuleError] = []
    files: dict[int, Path] = {}
    for path in paths:
        try:
            if beside is not None and path.name.startswith("NQ"):
                raise RuleError(path, 1, "codes that begin with NQ are netqlint's own; use letters of your own")
            document = read_document(path)
            rules.append(compile_document(document, path, parameters))
            files[id(rules[-1])] = path
        except Unfinished as error:
            errors += error.gaps
        except RuleError as error:
            errors.append(error)
    rules.sort(key=lambda rule: str(rule["code"]))
    taken = {rule[key]: file_name(rule) for rule in beside or () for key in ("code", "name")}
    for rule in rules:
        for key in ("code", "name"):
            if rule[key] in taken:
                path = files[id(rule)]
                message = f"{rule[key]} is the code or name of {taken[rule[key]]} already"
                errors.append(RuleError(path, line(path, key), message))
            taken[rule[key]] = file_name(rule)
    wrong = {error.path for error in errors}
    return [rule for rule in rules if files[id(rule)] not in wrong], errors


def compile_rule(path: Path, parameters: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """One rule file as plain data; conditions are Python expressions in `functions`."""
    return compile_document(read_document(path), path, parameters)


def compile_document(
    document: Mapping[str, object], path: Path, parameters: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """What was read in a rule file as plain data; `path` is where to look for what is wrong."""
    gaps = [
        Gap(path, line(path, *keys), f"{key}: still to be written: {wanted}") for keys, key, wanted in _gaps(document)
    ]
    if gaps:
        raise Unfinished(gaps)
    try:
        rule = RuleText.model_validate(document)
    except ValidationError as error:
        raise _complaint(path, error) from None
    return _Compiler(path, rule, parameters).compiled()


def _gaps(found: object, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every text that only says what is to stand there: where, that in words, and what it says."""
    if isinstance(found, str) and found.startswith(GAP):
        # examples and sources are counted from 1
        yield keys, ".".join(str(key + 1 if isinstance(key, int) else key) for key in keys), found.removeprefix(GAP)
    elif isinstance(found, Mapping):
        for key, value in found.items():
            yield from _gaps(value, (*keys, key))
    elif isinstance(found, list):
        for number, value in enumerate(found):
            yield from _gaps(value, (*keys, number))


def read_document(path: Path) -> dict[str, object]:
    """What a rule file says, taken for YAML and no more."""
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise RuleError(path, mark.line + 1 if mark else 1, str(error.problem)) from None
    except OSError as error:
        raise RuleError(path, 1, f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise RuleError(path, 1, f"cannot be read: {str(error).splitlines()[0]}") from None
    if not isinstance(document, dict):
        raise RuleError(path, 1, "a rule file is a mapping")
    return document


def line(path: Path, *keys: str | int) -> int:
    """The line (from 1) of a key, or of the nearest one above it that can be told."""
    # reading with places takes half as long again, and they are for complaints only
    number, node = 1, YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    for key in keys:
        try:
            number = node.lc.item(key)[0] + 1 if isinstance(key, int) else node.lc.key(key)[0] + 1
            node = node[key]
        except (AttributeError, KeyError, TypeError, IndexError):
            break
    return number


def _complaint(path: Path, error: ValidationError) -> RuleError:
    # a misspelt key is also a missing one: the misspelling says more
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    keys = [part for part in first["loc"] if not str(part).startswith("function-")]
    message = first["msg"].removeprefix("Value error, ")
    where = ".".join(str(key) for key in keys)
    if first["type"] == "extra_forbidden":
        message = f"unknown key {keys[-1]}{hint(str(keys[-1]), _keys())}"
    elif first["type"] == "missing":
        message = f"{where} is missing"
    elif first["type"] == "literal_error":
        words = re.findall(r"'([^']+)'", first["ctx"]["expected"])
        message = f"{where} is {first['input']}: it takes {', '.join(words)}{hint(str(first['input']), words)}"
    else:
        message = f"{where}: {message[0].lower()}{message[1:]}"
    return RuleError(path, line(path, *keys), message)


def _keys() -> list[str]:
    models: tuple[type[BaseModel], ...] = (RuleText, FixText, Given, Example)
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def vocabulary(
    scope: Scope, about: Iterable[tuple[str, str, str]], parameters: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, str], set[str]]:
    """The names a rule may use, with their types, and the places it may underline."""
    driver = next((subject for subject, _, _ in about if subject in parameters), "")
    per = parameters.get(driver, {}) if scope.parameters else {}
    own = {name: "list(int)" if scope.lists and kind == "port" else "int" for name, kind in per.items()}
    names = {**own, **{f"effective_{name}": kind for name, kind in own.items()}, **scope.names}
    return names, {*scope.spots, *own}


class _Compiler:
    """The checks of one rule: each raises RuleError with the line it is about."""

    def __init__(
        self,
        path: Path,
        rule: RuleText,
        parameters: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.path, self.rule = path, rule
        self.functions: dict[str, str] = {}
        self.subjects = (*parameters, "esx", "vmklinux", "native")
        self.about = tuple(self._about())
        self.scope = self._scope()
        self.names, self.spots = vocabulary(self.scope, self.about, parameters)
        drivers = {subject for subject, _, _ in self.about if subject in parameters}
        # what is only asked about one driver is at home with it, and what few texts have any of is in a home of its own
        self.home = f"{drivers.pop()}." if len(drivers) == 1 else f"{SELDOM}." if self.scope.seldom else ""

    def compiled(self) -> dict[str, object]:
        rule = self.rule
        self._check_file_name()
        when = self._condition("when", rule.when)
        require = self._condition("require", rule.require)
        if when is None and require is None:
            raise self._error("needs when or require", "for")
        self._check_examples()
        return {
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity,
            "summary": rule.summary,
            "since": rule.since,
            "about": self.about,
            "for": rule.scope,
            "when": self._function("when", when),
            "require": self._function("require", require),
            "names": tuple(dict.fromkeys((*(when.names if when else ()), *(require.names if require else ())))),
            "at": self._at(when, require),
            "message": self._template(rule.message, "message"),
            "related": tuple((spot, self._template(text, "related", spot)) for spot, text in self._related()),
            "fix": self._fix(),
            "why": rule.why.strip(),
            "sources": tuple(rule.sources),
            "confidence": rule.confidence,
            "examples": tuple(_example(example) for example in rule.examples),
            "conditions": {"when": rule.when or "", "require": rule.require or ""},
            "functions": self.functions,
        }

    def _error(self, message: str, *keys: str | int) -> RuleError:
        return RuleError(self.path, line(self.path, *keys), message)

    def _check_file_name(self) -> None:
        wanted = file_name({"code": self.rule.code, "name": self.rule.name})
        if self.path.name != wanted:
            raise self._error(f"the file of this rule is called {wanted}", "code")
        if self.rule.confidence == "memory" and self.rule.severity != "info":
            raise self._error("what is known from memory only is an info at most", "severity")

    def _about(self) -> Iterator[tuple[str, str, str]]:
        for part in (self.rule.about or "").split(",") if self.rule.about else ():
            match = _ABOUT.fullmatch(part)
            if not match:
                raise self._error(
                    f"cannot read {part.strip()!r}; write DRIVER, or esx or DRIVER >= VERSION",
                    "about",
                )
            if match[1] not in self.subjects:
                raise self._error(f"no driver is called {match[1]}{hint(match[1], self.subjects)}", "about")
            yield match[1], match[2] or "", match[3] or ""

    def _scope(self) -> Scope:
        scope = SCOPES.get(self.rule.scope)
        if scope is None:
            likely = hint(self.rule.scope, SCOPES) or f"; there are {', '.join(sorted(SCOPES))}"
            raise self._error(f"no scope {self.rule.scope}{likely}", "for")
        return scope

    def _condition(self, key: str, text: str | None, expect: str | None = "bool", *keys: str) -> Condition | None:
        if text is None:
            return None
        try:
            return compile_condition(text, self.names, expect)
        except ConditionError as error:
            raise self._error(f"{key}: {error}", *(keys or (key,))) from None

    def _function(self, role: str, condition: Condition | None) -> str | None:
        if condition is None:
            return None
        # what only a fix asks is at home with what the rule says when it has found something
        home = self.home or (f"{WORDS}." if role == "safe" else "")
        name = f"{home}{role}_{self.rule.code}"
        self.functions[name] = condition.python
        return name

    def _at(self, when: Condition | None, require: Condition | None) -> str:
        if self.rule.at is not None:
            return self._spot(self.rule.at, "at")
        named = (*(require.names if require else ()), *(when.names if when else ()))
        return next((name for name in named if name in self.spots), "")

    def _related(self) -> Iterator[tuple[str, str]]:
        for spot, text in self.rule.related.items():
            yield self._spot(spot, "related", spot), text

    def _spot(self, name: str, *keys: str) -> str:
        if name not in self.spots:
            others = hint(name, self.spots) or f"; there are {', '.join(sorted(self.spots))}"
            raise self._error(f"{keys[0]}: {name} is no place in the scope {self.rule.scope}{others}", *keys)
        return name

    def _template(self, text: str, *keys: str) -> tuple[str, ...]:
        """Literal, name, literal, name, …, literal."""
        parts = _HOLE.split(text)
        for name in parts[1::2]:
            if name not in self.names:
                likely = hint(name, self.names)
                raise self._error(f"{keys[0]}: no name {name} in the scope {self.rule.scope}{likely}", *keys)
        return tuple(parts)

    def _fix(self) -> dict[str, object] | None:
        fix = self.rule.fix
        if fix is None:
            return None
        ways = [way for way in ("set", "rename", "remove", "repair") if getattr(fix, way)]
        if len(ways) != 1 and ways != ["set", "remove"]:
            raise self._error("a fix has one of set, rename, remove, repair, or both set and remove", "fix")
        if not any(example.fixed for example in self.rule.examples):
            raise self._error("no example shows what the fix does (fixed: …)", "fix")
        return {
            "applicability": fix.applicability,
            "safe_when": self._function(
                "safe", self._condition("safe-when", fix.safe_when, "bool", "fix", "safe-when")
            ),
            "title": self._template(fix.title, "fix", "title") if fix.title else None,
            "set": tuple(self._assignment(name, value) for name, value in (fix.set or {}).items()),
            "rename": tuple(
                (self._template(old, "fix", "rename"), self._template(new, "fix", "rename"))
                for old, new in (fix.rename or {}).items()
            ),
            "remove": self._template(fix.remove, "fix", "remove") if fix.remove else None,
            "repair": fix.repair,
        }

    def _assignment(self, name: str, value: int | str) -> tuple[tuple[str, ...], object]:
        target = self._template(name, "fix", "set", name)
        if isinstance(value, int):
            return target, value
        condition = self._condition(f"fix.set.{name}", value, None, "fix", "set", name)
        function = f"{self.home or f'{WORDS}.'}set_{self.rule.code}_{len(self.functions)}"
        assert condition is not None
        self.functions[function] = condition.python
        return target, function

    def _check_examples(self) -> None:
        examples = self.rule.examples
        if not any(example.good is not None for example in examples):
            raise self._error("no good example", "examples")
        if not any(example.bad is not None for example in examples):
            raise self._error("no bad example", "examples")
        if not any(example.says for example in examples):
            raise self._error("no bad example pins the message (says: …)", "examples")
        for number, example in enumerate(examples):
            if (example.good is None) == (example.bad is None):
                raise self._error("an example is either good or bad", "examples", number)
            if example.good is not None and (example.says or example.fixed):
                raise self._error("a good example has nothing to say and nothing to fix", "examples", number)


def _example(example: Example) -> dict[str, object]:
    says = [example.says] if isinstance(example.says, str) else example.says
    return {
        "bad": example.bad,
        "good": example.good,
        "says": tuple(says) if says else (),
        "fixed": example.fixed,
        "given": {key: value for key, value in example.given.model_dump().items() if value is not None},
        "surface": example.surface,
        "listing": example.listing,
        **({"beside": example.beside} if example.beside else {}),
    }


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, for editors."""
    schema = RuleText.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
