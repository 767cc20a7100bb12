"""The benchmarks measure what they say: inputs are the same everywhere, and pairs are computed rightly."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmarks import inputs, report
from benchmarks.rows import FULL, QUICK, Cell, Row, Target, rounds_for
from benchmarks.timer import Command, Run, RunError, Spread, Timer, ratios, shared_gains, spread
from netqlint.compile.grammar import reader, scanner
from netqlint.run import check_source
from netqlint.text import Source

LINE = re.compile(scanner("esxconf"))
MISTAKES = {rule.expansion[0].name for rule in reader("esxconf").rules if rule.origin.name == "_mistake"}
MAKE = {name: make for name, (make, _) in inputs.KINDS.items()}


def mistakes(lines: list[str]) -> Counter[str | None]:
    """How many lines of which kind the grammar of esx.conf cannot read."""
    found = LINE.finditer("".join(f"{line}\n" for line in lines))
    return Counter(match.lastgroup for match in found if match.lastgroup in MISTAKES)


# --- inputs


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("lines", [200, 1000, 1003])
def test_an_input_has_as_many_lines_as_asked_for(kind: str, lines: int) -> None:
    text = MAKE[kind](lines, 3)
    assert len(text) == lines
    assert not any("\n" in line or "\r" in line for line in text)


def test_an_esxconf_is_the_same_everywhere() -> None:
    text = "\n".join(inputs.esxconf(1000))
    assert sha256(text.encode()).hexdigest() == "4d5168ca9cfac549227d114b4f177c3aacb7f3149fe47e8acd8632848d805954"


@pytest.mark.parametrize("kind", MAKE)
def test_each_host_has_an_input_of_its_own(kind: str) -> None:
    assert MAKE[kind](1000, 1) == MAKE[kind](1000, 1) != MAKE[kind](1000, 2)


@pytest.mark.parametrize(("lines", "host"), [(200, 0), (1000, 0), (1000, 7), (20_000, 0)])
def test_no_line_of_an_esxconf_is_unreadable_and_no_key_is_there_twice(lines: int, host: int) -> None:
    text = inputs.esxconf(lines, host)
    assert not mistakes(text)
    assert len({line.partition(" = ")[0] for line in text}) == lines


def test_an_esxconf_has_every_section() -> None:
    roots = {line.split("/")[1] for line in inputs.esxconf(1000)}
    assert roots == {"adv", "device", "firewall", "fs", "nas", "net", "storage", "system", "vmkernel"}


def test_mendable_lines_lack_nothing_but_a_closing_quote() -> None:
    text, sound = inputs.mendable(1000), inputs.esxconf(1000)
    assert mistakes(text) == {"CLOSING_QUOTE_MISSING": inputs.MENDABLE}
    assert [line if line.endswith('"') else f'{line}"' for line in text] == sound


def test_spoiled_lines_are_wrong_in_several_ways() -> None:
    wrong = mistakes(inputs.spoiled(1000))
    assert wrong == {"CLOSING_QUOTE_MISSING": 1, "SLASH_MISSING": 1, "QUOTES_MISSING": 1}


@pytest.mark.parametrize(("kind", "least"), [("rollout", 100), ("commands", 900)])
def test_scripts_are_full_of_commands_and_nothing_is_wrong_with_them(kind: str, least: int) -> None:
    source = Source("setup.sh", "".join(f"{line}\n" for line in MAKE[kind](1000, 0)))
    assert source.text.count("esxcfg-") >= least
    assert not check_source(source).findings


def test_the_peers_can_read_theirs() -> None:
    compile("\n".join(inputs.python(1000)), "<python>", "exec")
    jobs = YAML(typ="safe").load("\n".join(inputs.workflow(1000)))["jobs"]
    assert len(jobs) == 110


def test_files_are_written_where_each_tool_looks(tmp_path: Path) -> None:
    workflows = inputs.write_fleet(tmp_path, "workflow", 2, 200)
    assert [str(path.relative_to(workflows)) for path in sorted(workflows.rglob("*.yml"))] == [
        ".github/workflows/host0000.yml",
        ".github/workflows/host0001.yml",
    ]
    file = inputs.write_file(tmp_path, "esxconf", 200)
    assert file.name == "200.esx.conf"
    assert file.read_bytes().count(b"\n") == 200


# --- arithmetic


def runs(*seconds: float) -> tuple[Run, ...]:
    return tuple(Run(value, value, int(value * 100)) for value in seconds)


def test_the_ratio_of_each_pair_is_taken_before_the_median() -> None:
    rounds = [runs(2, 1), runs(30, 10), runs(1, 1), runs(8, 2), runs(5, 1)]
    assert ratios(rounds) == [2, 3, 1, 4, 5]
    assert spread(ratios(rounds)) == Spread(3, 1, 5, 5)
    assert ratios(rounds, peak=True) == [2, 3, 1, 4, 5]


def test_the_gain_of_jobs_is_a_share_of_the_gain_of_loops() -> None:
    # jobs go from 6 to 4 seconds, loops from 4 to 2: 1.5 of 2
    assert shared_gains([runs(6, 4, 4, 2), runs(8, 4, 4, 2)]) == [0.75, 1]


@pytest.mark.parametrize(
    ("target", "value", "said", "share"),
    [
        (Target(2.5), 2, "≤ 2.5", 0.8),
        (Target(2.5), 5, "≤ 2.5", 2),
        (Target(3, least=True), 6, "≥ 3", 0.5),
        (Target(3, least=True), 1.5, "≥ 3", 2),
        (Target(4, said="≤ 4 cups"), 4, "≤ 4 cups", 1),
    ],
)
def test_a_target_is_reached_up_to_a_share_of_one(target: Target, value: float, said: str, share: float) -> None:
    assert (str(target), target.share(value)) == (said, share)


@pytest.mark.parametrize(("seconds", "rounds"), [(0.01, 21), (2, 21), (2.1, 20), (10, 4), (42, 3), (100, 3), (200, 1)])
def test_what_takes_longer_is_measured_less_often(seconds: float, rounds: int) -> None:
    assert rounds_for(seconds, FULL) == rounds
    assert rounds_for(seconds, QUICK) <= QUICK.pairs


# --- processes


@pytest.fixture
def timer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Timer]:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return lambda: Timer(tmp_path, tmp_path / "home")


def python(code: str, *codes: int) -> Command:
    return Command([sys.executable, "-c", code], codes or (0,))


def test_a_process_is_timed(timer: Callable[[], Timer]) -> None:
    with timer() as clock:
        first, second = clock.rounds([python("pass"), python("import time; time.sleep(0.2)")], 1)[0]
    assert first.cpu > 0
    assert 0.2 < second.seconds < 10
    assert not first.stopped


def test_peak_memory_is_that_of_the_process_and_not_of_ours(timer: Callable[[], Timer]) -> None:
    ballast = bytearray(80_000_000)
    with timer() as clock:
        small, large = clock.rounds([python("pass"), python("bytearray(60_000_000)")], 1)[0]
        floor = clock.floor()
    assert 0.9 * floor <= small.peak < 50_000_000 < 60_000_000 < large.peak < len(ballast)


def test_commands_see_a_bare_environment(timer: Callable[[], Timer]) -> None:
    with timer() as clock:
        names = clock.output(python("import os; print(*sorted(os.environ))")).split()
    assert names == ["HOME", "LC_ALL", "PATH", "TERM", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"]


def test_a_command_is_prepared_anew_for_each_run(timer: Callable[[], Timer], tmp_path: Path) -> None:
    file = tmp_path / "file"
    move = Command([sys.executable, "-c", "import os; os.remove('file')"], (0,), prepare=lambda: file.write_text(""))
    with timer() as clock:
        assert len(clock.rounds([move], 3)) == 3


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            python("import sys; sys.exit('no such thing')"),
            "-c import sys; sys.exit('no such thing'): exit code 1: no such thing",
        ),
        (Command(["/nowhere/tool", "x"]), "tool x: cannot be started"),
    ],
)
def test_a_run_that_did_not_do_its_work_is_no_figure(
    timer: Callable[[], Timer], command: Command, message: str
) -> None:
    with timer() as clock:
        with pytest.raises(RunError, match=re.escape(message)):
            clock.run(command)
        # and the next one is none the worse
        assert clock.run(python("pass")).seconds > 0


def test_what_takes_too_long_is_stopped(timer: Callable[[], Timer]) -> None:
    with timer() as clock:
        run = clock.run(python("import time; time.sleep(60)"), limit=0.5)
        assert run.stopped
        assert 0.5 <= run.seconds < 30
        assert not clock.run(python("pass"), limit=30).stopped


# --- report


def test_the_report_says_what_is_reached_and_what_is_not_there_yet() -> None:
    rows = [
        Row("check", "`python -c pass`", Spread(1.234, 1, 20, 21), "≤ 2.5", True, 0.49),
        Row("check", "ruff", Spread(4, 3, 123.4, 21), "≤ 3", False, 1.3, "7 findings"),
        Row("jobs", "loops", target="≥ 0.85", note="not yet: netqlint has no --jobs"),
    ]
    cells = {
        "netqlint": {"file": Cell(0.02, 15_000_000), "large": Cell(1.5, 80_000_000), "fleet": Cell(0.5, 15_000_000)},
        "yamllint": {
            "file": Cell(0.2, 18_000_000, Spread(10, 9, 11, 21)),
            "large": Cell(240, 90_000_000, Spread(160, 160, 160, 1), "stopped"),
            "fleet": Cell(note="not run: some 800 s to expect"),
        },
    }
    stages = [Row("its modules loaded", "`python -c pass`", Spread(1.9, 1.5, 2.5, 21))]
    text = report.section(
        rows, stages, cells, {"netqlint": "1.0", "yamllint": "2.0"}, "a machine", FULL, "", floor=8_000_000, quick=False
    )
    assert [line for line in text.splitlines() if line.startswith("|")] == [
        "| measured | against | ratio | least to most | pairs | target | reached |",
        "| --- | --- | ---: | ---: | ---: | --- | --- |",
        "| check | `python -c pass` | 1.23 | 1.00 – 20.0 | 21 | ≤ 2.5 | yes |",
        "| check (7 findings) | ruff | 4.00 | 3.00 – 123 | 21 | ≤ 3 | **no** |",
        "| jobs | loops | – | – | – | ≥ 0.85 | not yet: netqlint has no --jobs |",
        "| up to | against | ratio | least to most | pairs |",
        "| --- | --- | ---: | ---: | ---: |",
        "| its modules loaded | `python -c pass` | 1.90 | 1.50 – 2.50 | 21 |",
        "| tool | reads | 1,000 lines | 1,000,000 lines | 1,000 files | peak memory (1,000 lines, 1,000,000 lines) |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        "| netqlint 1.0 | esx.conf | 20 ms | 1.5 s | 500 ms | 15 MB, 80 MB |",
        "| yamllint 2.0 | GitHub workflow (YAML) | 200 ms (×10.0) | more than 240.0 s (×160, 1 run) "
        "| not run: some 800 s to expect | 18 MB, 90 MB |",
    ]


def test_the_section_is_put_between_its_marks_and_the_rest_stays() -> None:
    page = report.place(report.FRAME, r"figures \1")
    assert page == report.FRAME.replace(f"{report.BEGIN}\n", f"{report.BEGIN}\nfigures \\1\n")
    assert report.place(page, "new") == page.replace(r"figures \1", "new")
    assert report.place("a page\n", "new") == f"a page\n\n{report.BEGIN}\nnew\n{report.END}\n"
