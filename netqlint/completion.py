"""Completes command lines: what a shell asks with each TAB, answered out of the same tables that read and judge.

The shells know nothing of netqlint. Their scripts hand over what was typed so far and show what comes back, a
candidate with its meaning on each line, so no list of commands, options or rules stands in a script and grows old.
"""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.pack import worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from netqlint.arguments import Command, Option
    from netqlint.pack import Pack

    # what can stand there, and what it means
    Offers: TypeAlias = Iterable[tuple[str, str]]
    Find: TypeAlias = Callable[[Pack, str], Offers]

# for the scripts: here stands a file, whose name the shell itself completes
FILES = ":files"
_ROOM = 80
FACTS = {
    "esx": "the release",
    "cpus": "how many cores the host has",
    "mtu": "the largest MTU",
    "netqueue": "on or off",
}

BASH = """\
# bash 4 and newer:  source <(netqlint completions bash)
_netqlint() {
    local answer
    COMPREPLY=()
    while IFS=$'\\t' read -r answer _; do
        if [[ $answer == :files ]]; then
            compopt -o default
        else
            COMPREPLY+=("$answer")
        fi
    done < <("${COMP_WORDS[0]}" completions answer --line="${COMP_LINE:0:COMP_POINT}" --breaks="$COMP_WORDBREAKS" \\
        2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace
    fi
}
complete -F _netqlint netqlint
"""
ZSH = """\
#compdef netqlint
# zsh:  source <(netqlint completions zsh), below compinit; or as a file _netqlint in a folder of $fpath
_netqlint() {
    local line value shown files
    local -a values meanings starts beginnings
    for line in "${(@f)$("${(Q)words[1]}" completions answer -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" \\
        2>/dev/null)}"; do
        value=${line%%$'\\t'*}
        shown="$value  -- ${line#*$'\\t'}"
        case $value in
            ('') ;;
            (:files) files=1 ;;
            (*=) starts+=("$value"); beginnings+=("$shown") ;;
            (*) values+=("$value"); meanings+=("$shown") ;;
        esac
    done
    (( $#values )) && compadd -l -d meanings -a values
    (( $#starts )) && compadd -l -S '' -d beginnings -a starts
    if (( files )); then
        # --format sarif=FILE
        compset -P '*='
        _files
    fi
}
if [[ ${funcstack[1]} == _netqlint ]]; then
    _netqlint "$@"
else
    compdef _netqlint netqlint
fi
"""
FISH = """\
# fish:  netqlint completions fish > ~/.config/fish/completions/netqlint.fish
function __netqlint_answers
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in ($words[1] completions answer -- $words[2..-1] "$word" 2>/dev/null)
        if test "$line" = :files
            # --format sarif=FILE
            set -l stem (string match -r '^.*=' -- $word)
            for path in (__fish_complete_path (string replace -r '^.*=' '' -- "$word"))
                echo "$stem$path"
            end
        else
            echo $line
        end
    end
end
complete -c netqlint -f -a '(__netqlint_answers)'
"""
POWERSHELL = """\
# PowerShell:  netqlint completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName netqlint -ScriptBlock {
    param($word, $tree, $cursor)
    $end = $cursor - $tree.Extent.StartOffset
    $line = $tree.ToString().PadRight($end).Substring(0, $end)
    $answers = & $tree.GetCommandName() completions answer "--line=$line" 2>$null
    # where nothing comes back PowerShell completes files by itself
    $answers | Where-Object { $_ -and $_ -ne ':files' } | ForEach-Object {
        $value, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
    }
}
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}


def script(shell: str) -> str:
    """What a shell needs to complete netqlint's command lines."""
    if shell not in SCRIPTS:
        raise NetqlintError(f"no completions for {shell}{hint(shell, SCRIPTS) or '; there are ' + ', '.join(SCRIPTS)}")
    return SCRIPTS[shell]


def answer(words: list[str], commands: Mapping[str, Command], pack: Callable[[], Pack]) -> str:
    """A line for everything that the last of the words, the one being typed, can become; the others stand before it."""
    found: dict[str, str] = {}
    for value, meaning in _offers(words or [""], commands, pack):
        found.setdefault(value, meaning)
    return "".join(f"{value}\t{_short(meaning)}".rstrip() + "\n" for value, meaning in found.items())


def _short(meaning: str) -> str:
    """What has room beside a candidate."""
    meaning = " ".join(meaning.split())
    return meaning if len(meaning) <= _ROOM else f"{meaning[: _ROOM - 1].rpartition(' ')[0]} …"


def answer_line(line: str, breaks: str, commands: Mapping[str, Command], pack: Callable[[], Pack]) -> str:
    """The same for a line up to the cursor.

    `breaks` are the characters at which bash begins a new word: it wants no more of an answer than what follows the
    last of them.
    """
    words = _split(line, "\\" if breaks else "")
    told = answer(words[1:], commands, pack)
    cut = max((words[-1].rfind(mark) + 1 for mark in breaks if mark in "=:"), default=0)
    return "".join(f"{row if row.startswith(FILES) else row[cut:]}\n" for row in told.splitlines())


def _split(line: str, escape: str) -> list[str]:
    """The words of a line; the last one may be empty, or a quote in it still open."""
    from shlex import shlex

    for end in ("", '"', "'"):
        lexer = shlex(line + end, posix=True, punctuation_chars=False)
        lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", escape
        try:
            words = list(lexer)
        except ValueError:
            continue
        return words if line[-1:].strip() or end else [*words, ""]
    return [*line.split(), ""]


def _offers(words: list[str], commands: Mapping[str, Command], pack: Callable[[], Pack]) -> Iterator[tuple[str, str]]:
    *before, word = words
    if not before or before == ["help"]:
        yield from _begun({name: command.help for name, command in commands.items()}.items(), word)
        if not before:
            yield from _begun({"--help": "show all commands", "--version": "show the version"}.items(), word)
        return
    name, *said = before
    if name not in commands:
        return
    command = commands[name]
    options, places, awaiting, ended = _read(said, command)
    if awaiting:
        yield from _values(awaiting, word, pack)
    elif word.startswith("-") and "=" in word and not ended:
        flag, _, value = word.partition("=")
        for option in (option for option in command.options if f"--{option.name}" == flag):
            yield from ((one if one == FILES else f"{flag}={one}", told) for one, told in _values(option, value, pack))
    elif word.startswith("-") and not ended:
        left = [option for option in command.options if option.many or option.name not in options]
        yield from _begun(((f"--{option.name}", option.help) for option in left), word)
    elif command.most is None or len(places) < command.most:
        yield from _places(command, options, places, word, pack)


def _read(said: list[str], command: Command) -> tuple[dict[str, str], list[str], Option | None, bool]:
    """The options and places said so far, the option whose value comes next, and whether only places follow."""
    named = {f"--{option.name}": option for option in command.options}
    named |= {f"-{option.letter}": option for option in command.options if option.letter}
    options: dict[str, str] = {}
    places: list[str] = []
    awaiting = None
    for number, word in enumerate(said):
        if awaiting:
            options[awaiting.name], awaiting = word, None
        elif word == "--":
            return options, places + said[number + 1 :], None, True
        elif word == "-" or not word.startswith("-"):
            places.append(word)
        else:
            flag, equals, value = word.partition("=")
            option = named.get(flag)
            if option:
                options[option.name] = value
                awaiting = option if option.value and not equals else None
    return options, places, awaiting, False


def _begun(offers: Offers, word: str) -> Iterator[tuple[str, str]]:
    """Those that go on where the word ends; its capitals do not matter, as they do not where it is read."""
    return ((value, meaning) for value, meaning in offers if value.lower().startswith(word.lower()))


# --- values: which can stand behind an option is told by what help calls them


def _values(option: Option, word: str, pack: Callable[[], Pack]) -> Iterator[tuple[str, str]]:
    if option.choices:
        choice, equals, _ = word.partition("=")
        if equals and "[=" in option.value and choice in option.choices:
            yield FILES, ""
        else:
            yield from _begun(((choice, "") for choice in option.choices), word)
    elif option.value in ("FILE", "DIR", "FOLDER"):
        yield FILES, ""
    elif option.value == "RULE,…":
        stem = word[: word.rfind(",") + 1]
        chosen = stem.lower().split(",")
        rules = ((rule, told) for rule, told in _rules(pack(), "") if rule.lower() not in chosen)
        yield from ((stem + rule, told) for rule, told in _begun(rules, word[len(stem) :]))
    elif option.value in VALUES:
        yield from _begun(VALUES[option.value](pack(), word), word)


def _rules(pack: Pack, _: str) -> Offers:
    summaries = [(rule["code"], rule["name"], worded(rule, pack.catalog)["summary"]) for rule in pack.rules]
    for code, name, summary in summaries:
        yield code, f"{name}: {summary}"
    for code, name, summary in summaries:
        yield name, f"{code}: {summary}"


def _drivers(pack: Pack, _: str) -> Offers:
    return ((name, driver["summary"]) for name, driver in pack.catalog["drivers"].items())


def _releases(pack: Pack, _: str) -> Offers:
    return ((name, release["name"]) for name, release in pack.catalog["releases"].items())


def _versions(pack: Pack, word: str) -> Offers:
    """`igb=` and the versions that releases come with."""
    name, equals, _ = word.partition("=")
    if not equals:
        yield from ((f"{name}=", f"the version of {name}") for name in pack.catalog["drivers"])
        return
    driver = pack.catalog["drivers"].get(name)
    for release, inbox in (driver["inbox"] if driver else {}).items():
        if inbox["version"]:
            yield f"{name}={inbox['version']}", f"comes with ESX {release}"


def _facts(pack: Pack, word: str) -> Offers:
    name, equals, _ = word.partition("=")
    if not equals:
        yield from ((f"{name}=", told) for name, told in FACTS.items())
    if name == "esx" and equals:
        yield from ((f"esx={release}", told) for release, told in _releases(pack, ""))
    elif name == "netqueue" and equals:
        yield from (("netqueue=on", ""), ("netqueue=off", ""))
    else:
        yield from _versions(pack, word)


def _ports(pack: Pack, _: str) -> Offers:
    return ((f"{name}=", f"how many ports {name} has") for name in pack.catalog["drivers"])


def _explained(pack: Pack, word: str) -> Offers:
    """All that has a page: parameters alone, and behind the name of their driver."""
    yield from _rules(pack, "")
    yield from _drivers(pack, "")
    for kind in ("settings", "advanced"):
        yield from ((name, setting["meaning"]) for name, setting in pack.catalog[kind].items())
    yield from _releases(pack, "")
    for name, driver in pack.catalog["drivers"].items():
        meanings = {one: said["meaning"] for each in driver["generations"] for one, said in each["parameters"].items()}
        for parameter, meaning in meanings.items():
            yield parameter, "a parameter"
            if "." in word:
                yield f"{name}.{parameter}", meaning or ""
    if ":" in word:
        yield from ((number, "a device") for number in pack.catalog["devices"])


VALUES: dict[str, Find] = {
    "DRIVER": _drivers,
    "DRIVER=N": _ports,
    "NAME=VALUE": _facts,
    "NAME=VERSION": _versions,
    "RELEASE": _releases,
}


# --- places: which can stand there is told by how help shows them


def _places(
    command: Command, options: Mapping[str, str], places: list[str], word: str, pack: Callable[[], Pack]
) -> Iterator[tuple[str, str]]:
    first = command.places.partition(" ")[0]
    if first == "[new":
        yield from () if places else _begun([("new", "write the file of a new rule")], word)
    elif first == "[PATH|RULE":
        yield FILES, ""
        yield from _begun(_rules(pack(), ""), word)
    elif "|" in first and not places:
        yield from _begun(((one, "") for one in first.split("|")), word)
    elif "options" in options:
        driver = pack().catalog["drivers"].get(options["options"])
        names = [name for each in (driver["generations"] if driver else ()) for name in each["parameters"]]
        # what went before in this string stays
        stem = word[: word.rfind(" ") + 1]
        yield from ((stem + name, told) for name, told in _begun(((f"{n}=", "") for n in names), word[len(stem) :]))
    elif first == "WORD":
        yield from _begun(_explained(pack(), word), word)
    elif first == "[DRIVER":
        yield from _begun(_drivers(pack(), ""), word)
    else:
        yield FILES, ""
