"""What a rule can be asked about: every scope by the name that rules give it."""

from __future__ import annotations

from netqlint.scopes.hosts import HOST, hosts
from netqlint.scopes.mistakes import (
    COMMAND,
    DIFFERENCE,
    FAULT,
    MISTAKE,
    REPEAT,
    SUPPRESSION,
    commands,
    differences,
    faults,
    mistakes,
    repeats,
    suppressions,
)
from netqlint.scopes.modules import MODULE, TWIN, modules, twins
from netqlint.scopes.network import NIC, TEAM, UPLINK, VMKNIC, teams, uplinks, vmknics, vswitches
from netqlint.scopes.parameters import PARAMETER, parameters
from netqlint.scopes.ports import PORT, ports
from netqlint.scopes.settings import ADVANCED, SETTING, advanced, settings
from netqlint.scopes.subject import Scene, Scope, Subject
from netqlint.scopes.values import VALUE, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES: Mapping[str, Scope] = {
    "mistake": Scope(MISTAKE, ("",), mistakes, seldom=True),
    "repeat": Scope(REPEAT, ("key", "value", "first"), repeats, seldom=True),
    "suppression": Scope(SUPPRESSION, ("",), suppressions, seldom=True),
    "difference": Scope(DIFFERENCE, ("here", "there"), differences, seldom=True),
    "module": Scope(MODULE, ("options", "module", "second", "enabled"), modules, parameters=True, lists=True),
    "twin": Scope(TWIN, ("options", "foreign", "twin"), twins),
    "port": Scope(PORT, (), ports, parameters=True),
    "parameter": Scope(PARAMETER, ("parameter", "values", "spare", "earlier", "longest", "lender"), parameters),
    "value": Scope(VALUE, ("value", "parameter"), values, parameters=True),
    "setting": Scope(SETTING, ("setting", "value"), settings, alike=True),
    "advanced": Scope(ADVANCED, ("setting", "value"), advanced),
    "command": Scope(COMMAND, ("value", "command", "call", "later"), commands, alike=True, seldom=True),
    "fault": Scope(FAULT, ("words", "command"), faults, seldom=True),
    "host": Scope(HOST, ("heap_min", "heap_max", "netqueue", "jumbo", "asking", "functions"), hosts),
    "vswitch": Scope(NIC, ("mtu",), vswitches, alike=True),
    "vmknic": Scope(VMKNIC, ("mtu", "switch"), vmknics),
    "uplink": Scope(UPLINK, ("uplink", "vfs"), uplinks),
    "team": Scope(TEAM, ("values", "switch"), teams),
}

__all__ = ["SCOPES", "Scene", "Scope", "Subject"]
