"""What `netqlint rules new` writes: a rule file whose gaps say what is to stand there, and which no test lets pass."""

from __future__ import annotations

import os
import re
from pathlib import Path

from netqlint.errors import NetqlintError, hint
from netqlint.pack import file_name, load
from netqlint.rehearsal import called, configured
from netqlint.scopes import SCOPES

ACT = "new"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"([A-Z]{2,8})([0-9]{3,4})")
_FAMILY = re.compile(r"([A-Z]{2,8})([0-9]?)")
_OWN = "netqlint's own begin with NQ; use letters of your own"
_TEXT = """\
code: {code}
name: {name}
severity: "TODO: error, warning or info"
summary: "TODO: a sentence with a full stop, such as Our hosts ask for eight queues."
# about: igb >= 2.0.6                       # which driver, whose parameters below are; absent: every driver
for: "TODO: what it is asked about: {scopes}"
# when: IntMode == 2                        # the situation; absent: always
require: "TODO: what must hold, such as VMDQ == 8"
# at: VMDQ                                  # what to underline; absent: the first name above
message: "TODO: what is there, what comes of it, what to write, such as VMDQ is {{VMDQ}}; our hosts have 8"
# fix: {{applicability: unsafe, set: {{VMDQ: 8}}}}
why: "TODO: the reason, for those who ask netqlint explain {code}"
sources:
  - "TODO: where it is written, such as https://wiki.example.com/hosts"
confidence: "TODO: what the source is: documented, source, inferred or memory (then it is an info)"
examples:
  - good: "TODO: an option string on which the rule is silent, such as VMDQ=8"
    given: {{ports: 1}}
  - bad: "TODO: one on which it speaks, « and » round what is underlined, such as VMDQ=8,«4»"
    says: "TODO: its message, word for word"
    # fixed: VMDQ=8,8                       # the same text once it is mended, where the rule has a fix
    given: {{ports: 2}}
"""


def skeleton(name: str, family: str, code: str, folder: str) -> tuple[str, str, str]:
    """Where the file of a new rule goes, its text, and what to do next. Raises NetqlintError for what cannot be one.

    `family` are letters, perhaps with the first digit, `code` is all of one; without them the code comes after those
    that are in the folder, which is that of the configuration where none is named.
    """
    homes = [os.path.relpath(home) for home in configured()]
    folder = os.path.normpath(folder) if folder else _only(homes)
    if not _NAME.fullmatch(name):
        likely = "-".join(re.findall("[a-z0-9]+", name.lower()))
        raise NetqlintError(
            f"{name}: a name has small letters, digits and single hyphens{f'; write {likely}' if likely else ''}"
        )
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise NetqlintError(f"--dir {folder}: no folder")
    files = [path for home in {*homes, folder} if os.path.isdir(home) for path in sorted(Path(home).rglob("*.yaml"))]
    taken = {word: file_name(rule) for rule in load().rules for word in (rule["code"], rule["name"])}
    taken |= {word: os.path.relpath(path) for path in files for word in called(path).values()}
    if name in taken:
        raise NetqlintError(f"{name} is the name of {taken[name]} already; nothing was written")
    code = _free(code, taken) if code else _next(family or _letters(folder), taken)
    path = os.path.join(folder, f"{code}-{name}.yaml")
    scopes = ", ".join(scope for scope in SCOPES if scope != "suppression")
    asked = any(Path(folder).is_relative_to(home) for home in homes)
    later = "" if asked else f', and say rules = ["{folder}"] in netqlint.toml for checks to ask it'
    return path, _TEXT.format(code=code, name=name, scopes=scopes), f"netqlint test {path}{later}"


def checked_act(act: str) -> None:
    if act != ACT:
        likely = hint(act, (ACT,)) or f"; netqlint rules {ACT} NAME begins a rule"
        raise NetqlintError(f"netqlint rules takes no arguments, not {act}{likely}")


def _only(homes: list[str]) -> str:
    if len(homes) == 1:
        return homes[0]
    if homes:
        raise NetqlintError(f"the configuration names several folders of rules; say --dir {' or --dir '.join(homes)}")
    raise NetqlintError("the configuration names no folder of rules; say --dir FOLDER")


def _free(code: str, taken: dict[str, str]) -> str:
    found = _CODE.fullmatch(code)
    if not found:
        raise NetqlintError(f"--code {code}: a code has 2 to 8 capitals and 3 or 4 digits, such as LAB001")
    if code.startswith("NQ"):
        raise NetqlintError(f"--code {code}: {_OWN}")
    if code in taken:
        raise NetqlintError(f"--code {code}: it is the code of {taken[code]}; {_next(found[1], taken)} is free")
    return code


def _letters(folder: str) -> str:
    """What the codes in a folder begin with."""
    codes = [_CODE.fullmatch(called(path)["code"]) for path in Path(folder).rglob("*.yaml")]
    letters = sorted({found[1] for found in codes if found})
    if len(letters) == 1:
        return letters[0]
    if letters:
        raise NetqlintError(f"{folder} has codes of several families; say --family {' or --family '.join(letters)}")
    raise NetqlintError(f"{folder} has no rules yet; say what codes begin with: --family LAB")


def _next(family: str, taken: dict[str, str]) -> str:
    """The code behind the last one of a family."""
    found = _FAMILY.fullmatch(family)
    if not found:
        raise NetqlintError(f"--family {family}: write 2 to 8 capitals, and a digit if you like, such as LAB or LAB2")
    letters, digit = found.groups()
    if family.startswith("NQ"):
        raise NetqlintError(f"--family {family}: {_OWN}")
    numbers = [int(one[2]) for one in map(_CODE.fullmatch, taken) if one and one[1] == letters]
    if not digit:
        number = max(numbers, default=0) + 1
        if number > 9999:
            raise NetqlintError(f"--family {family}: no code behind {letters}9999; say --code")
        return f"{letters}{number:03}"
    first = int(digit) * 100
    number = max((one for one in numbers if first <= one < first + 100), default=first) + 1
    if number == first + 100:
        raise NetqlintError(f"--family {family}: no code behind {letters}{number - 1:03}; say --code")
    return f"{letters}{number:03}"
