"""netqlint: finds, explains and mends mistakes in VMware ESX NetQueue configuration.

`check` and `fix` are pure: no printing, no files, and what they return can be pickled.
"""

from __future__ import annotations

from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netqlint.facts import Assumed
    from netqlint.finding import Report
    from netqlint.fixer import Fixed
    from netqlint.text import Source

__version__ = "0.1.0"
__all__ = ["NetqlintError", "check", "effective", "fix"]


def check(
    text: str | bytes,
    *,
    name: str = "esx.conf",
    assume: Mapping[str, str | int | bool] | None = None,
    ports: Mapping[str, str | int] | None = None,
    options: str | None = None,
    listings: Sequence[str | bytes] = (),
) -> Report:
    """Every finding on one text: an esx.conf, a script, or the option string of the driver `options`.

    The `name` tells how it is written (`setup.sh`, `ks.cfg`, `boot.cfg`), else its first lines do.

    `assume` holds facts (`{"esx": "4.0", "igb": "1.3.8.6", "cpus": 16}`), `ports` the number of ports of a
    driver or its controllers in PCI order (`{"igb": 4}`, `{"igb": "82576,82576"}`). `listings` are outputs of the
    host itself, which tell what is not said. Raises NetqlintError for a fact or driver that does not exist.
    """
    from netqlint.run import check_source

    return check_source(_source(text, name), _assumed(assume, ports, listings), module=options)


def fix(
    text: str | bytes,
    *,
    name: str = "esx.conf",
    assume: Mapping[str, str | int | bool] | None = None,
    ports: Mapping[str, str | int] | None = None,
    options: str | None = None,
    unsafe: bool = False,
    listings: Sequence[str | bytes] = (),
) -> Fixed:
    """The text with every safe fix made (and every unsafe one, if asked), and the report on what is left.

    `Fixed.text` is text; `netqlint.text.encode` gives the bytes. Takes and raises what `check` does, and
    raises NetqlintError where fixes undo one another.
    """
    from netqlint.fixer import fix as fixed
    from netqlint.run import check_source

    assumed = _assumed(assume, ports, listings)
    allowed = ("safe", "unsafe") if unsafe else ("safe",)
    return fixed(_source(text, name), lambda source: check_source(source, assumed, module=options), allowed)


def effective(
    driver: str,
    options: str,
    *,
    version: str,
    controllers: Sequence[str | None],
    cpus: int | None = None,
) -> list[dict[str, int | None]]:
    """What each port really gets: one mapping per controller, in PCI order; None is what nobody can know.

    Keys are the driver's parameters and what follows from them: `rx_queues`, `tx_queues`, `vectors` (MSI-X; 0:
    none asked for) and, where the build tells, `netqueue`. `cpus` are those online. Raises NetqlintError for a
    driver or version the catalog does not know.
    """
    from netqlint.facts import Assumed
    from netqlint.run import effective_values

    facts = {driver: version} if cpus is None else {driver: version, "cpus": str(cpus)}
    return effective_values(driver, options, Assumed(facts, {}), tuple(controllers))


def _source(text: str | bytes, name: str) -> Source:
    from netqlint.text import Source, decode

    return Source(name, text) if isinstance(text, str) else decode(text, name)


def _assumed(
    assume: Mapping[str, str | int | bool] | None,
    ports: Mapping[str, str | int] | None,
    listings: Sequence[str | bytes],
) -> Assumed:
    from netqlint.facts import Assumed

    return Assumed(
        {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in (assume or {}).items()},
        {name: str(value) for name, value in (ports or {}).items()},
        tuple(_source(text, f"listing {nth}") for nth, text in enumerate(listings, 1)),
    )
