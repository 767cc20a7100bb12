"""A suggested setup as lines to be pasted: esx.conf or commands, with the reasons as comments."""

from __future__ import annotations

from netqlint import spelling
from netqlint.reporters.cells import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.suggestion import ModuleSetup, SettingSetup, Setup

# comments narrower than this are for the terminal to fold
NARROW = 40


def write(setup: Setup, form: str = "", width: int = 80) -> str:
    """The setup as `esxconf` lines or as commands (`esxcfg`, `esxcli`), each with its reasons as comments above it.

    With an empty form, as the release is usually set up.
    """
    form = form or setup.commands[0]
    parts = [[f"# {line}" for text in setup.assumptions for line in _folded(text, width)]]
    if form != "esxconf" and form not in setup.commands:
        lacking = f"ESX {setup.release} has no {form} for module options: say --as {setup.commands[0]}"
        parts.append([f"# {line}" for line in _folded(lacking, width)])
    else:
        parts += [[*_module_lines(module, setup, form, width)] for module in setup.modules]
        parts += [[*_setting_lines(setting, form, width)] for setting in setup.settings]
        parts.append([*_closing(setup, form, width)])
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _module_lines(module: ModuleSetup, setup: Setup, form: str, width: int) -> Iterator[str]:
    yield from _comments(module.reasons, width)
    if not module.options:
        return
    if form == "esxconf":
        yield f'/vmkernel/module/{module.name}/options = "{module.options}"'
        return
    yield from _comments((f"the string takes the place of all options {module.name} has now",), width)
    if "esxcli" not in setup.commands:
        yield spelling.enabled(form, module.name, on=True)
    yield spelling.options(form, module.name, module.options)
    if form == "esxcfg" and "vicfg" in setup.commands:
        # one line, whatever its length: it is there to be copied
        yield f'# ESXi, from outside: vicfg-module --server HOST -s "{module.options}" {module.name}'


def _setting_lines(setting: SettingSetup, form: str, width: int) -> Iterator[str]:
    yield from _comments(setting.reasons, width)
    if not setting.value:
        return
    if form == "esxconf":
        yield f'/vmkernel/{setting.name} = "{setting.value}"'
    else:
        yield spelling.kernel(form, setting.name, setting.value)


def _closing(setup: Setup, form: str, width: int) -> Iterator[str]:
    """What makes it take effect, if there is anything to take effect."""
    if not any(module.options for module in setup.modules) and not any(setting.value for setting in setup.settings):
        return
    if form != "esxconf" and "esxcfg-boot" in setup.commands:
        yield from _comments(("with a service console only, ESXi has no such command:",), width)
        yield "esxcfg-boot -b"
    if form == "esxconf":
        surer = f"where esx.conf keeps kernel settings is known from memory only: --as {setup.commands[0]} is surer"
        yield from _comments((surer,), width)
    yield from _comments(("all of it takes effect when the host has booted anew",), width)


def _comments(texts: Iterable[str], width: int) -> Iterator[str]:
    for text in texts:
        yield from (f"# {line}" for line in _folded(text, width))


def _folded(text: str, width: int) -> Sequence[str]:
    """Lines for a comment: nothing in them can end it, whatever was said on the command line."""
    from textwrap import wrap

    return wrap(visible(" ".join(text.split())), max(width, NARROW) - 2, subsequent_indent="  ", break_on_hyphens=False)
