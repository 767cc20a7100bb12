"""What a host says of itself: outputs of its commands are read, give facts, and are judged beside its esx.conf."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from texts import PACK

import netqlint
from netqlint.cli import main
from netqlint.facts import Assumed
from netqlint.finding import Report
from netqlint.model import Row
from netqlint.run import check_source, understand
from netqlint.surfaces import is_listing
from netqlint.surfaces.listings import read, recognised, rows
from netqlint.surfaces.listings.lines import command_in, command_of, place_of
from netqlint.text import Source

CORPUS = Path(os.environ.get("NETQLINT_CORPUS", Path(__file__).parents[2] / "shared")) / "corpus" / "commands"
LAW = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def said(text: str, name: str = "capture") -> list[tuple[str, dict[str, str]]]:
    """Every row of a text as its kind and its words."""
    return [(row.kind, {key: place.text for key, place in row.fields}) for row in rows(Source(name, text))]


# --- what is read

NICS_LIST = """\
[root@esx7:~] esxcli network nic list
Name    PCI Device    Driver  Admin Status  Link Status  Speed  Duplex  MAC Address         MTU  Description
------  ------------  ------  ------------  -----------  -----  ------  -----------------  ----  ---------------------
vmnic0  0000:04:00.0  igb     Up            Up            1000  Full    00:25:90:aa:00:01  1500  Intel 82576 (dual) NIC
vmnic1  0000:04:00.1  igb     Up            Down             0  Half    00:25:90:aa:00:02  9000
vusb0   Pseudo        cdce    Up            Up             100  Full    00:25:90:aa:00:03  1500  Unknown Unknown
"""
NICS_5 = """\
~ # esxcli network nic list
Name    PCI Device     Driver  Link  Speed  Duplex  MAC Address         MTU  Description
------  -------------  ------  ----  -----  ------  -----------------  ----  --------------
vmnic2  0000:0c1:00.0  igb     Up     1000  Full    00:25:90:aa:00:01  1500  Intel I350 NIC
"""
NICS_L = """\
Name    PCI           Driver      Link Speed     Duplex MAC Address       MTU    Description
vmnic10 0000:03:00.01 igb         Down 0Mbps     Half   00:25:90:aa:00:01 1500   Intel I350 NIC
vmnic2  0000:03:00.00 igb         Up   1000Mbps  Full   00:25:90:aa:00:02 1500   Intel I350 NIC
"""
NIC_GET = """\
   Advertised Auto Negotiation: true
   Driver Info:
         Bus Info: 0000:00:1f:6
         Driver: igb
         Firmware Version: 1.2.3
         Version: 5.0.5.1
   Link Status: Up
   Name: vmnic0
"""
ETHTOOL = """\
~ # ethtool -i vmnic3
driver: igb
version: 5.3.1
firmware-version: 1.63, 0x80000aa6
bus-info: 0000.0e:00.0
"""
PARAMETERS = """\
# esxcli system module parameters list -m=igb
Name             Type          Value  Description
---------------  ------------  -----  -----------------------------
IntMode          array of int  2,2    Change Interrupt Mode (0-2)
VMDQ             array of int         Number of queues: 0..8
skb_mpool_max    int           64
"""
KERNEL_5 = """\
Name                Type  Description               Configured  Runtime  Default
------------------  ----  ------------------------  ----------  -------  -------
netNetqueueEnabled  Bool  Enable/Disable NetQueue.  false       TRUE     TRUE
"""
KERNEL_7 = """\
Name                Type  Configured  Runtime  Default  Description
------------------  ----  ----------  -------  -------  ------------------------
netNetqueueEnabled  Bool  true        TRUE     TRUE     Enable/Disable NetQueue.
"""
MODULES = """\
Name      Is Loaded  Is Enabled
--------  ---------  ----------
igb            true        true
igbn          false       false
"""
INFO = """\
esxcfg-module module information
 input file: /usr/lib/vmware/vmkmod/igb
 License: GPL
 Version: Version 5.0.5.1, Build: 8169922, Interface: 9.2 Built on: Apr  3 2018
 Name-space: com.intel.igb#9.2.3.0
 Required name-spaces:
  com.vmware.vmkapi@v2_5_0_0
 Parameters:
  IntMode: array of int
   Change Interrupt Mode (0=Legacy, 1=MSI, 2=MSI-X), default 2
"""
SWITCHES = """\
Switch Name      Num Ports   Used Ports  Configured Ports  MTU     Uplinks
vSwitch with a very long name 6690        5           128               9000    vmnic0,vmnic1

  PortGroup Name                            VLAN ID  Used Ports  Uplinks
  VM Network                                0        1           vmnic0
  iSCSI                                     7        0           vmnic0,vmnic1

DVS Name         Num Ports   Used Ports  Configured Ports  MTU     Uplinks
dvSwitch         256         3           256               1500

  DVPort ID           In Use      Client
  0                   1           vmnic8
"""
VMKNICS = """\
Interface  Port Group/DVPort/Opaque Network        IP Family IP Address    Netmask         Broadcast       MAC Address\
       MTU     TSO MSS   Enabled Type                NetStack
vmk0       Management Network                      IPv4      10.1.0.82     255.255.0.0     10.1.255.255    00:50:56:aa\
:00:01 1500    65535     true    DHCP                defaultTcpipStack
vmk0       Management Network                      IPv6      fe80::4adf:1  64                              00:50:56:aa\
:00:01 1500    65535     true    STATIC, PREFERRED   defaultTcpipStack
vmk1       iSCSI                                   IPv4      N/A           N/A             N/A             00:50:56:aa\
:00:02 9000    65535     true    NONE                defaultTcpipStack
"""
NIC = {"driver": "igb", "mac": "00:25:90:aa:00:01", "mtu": "1500"}

READ: dict[str, tuple[str, list[tuple[str, dict[str, str]]]]] = {
    "esxcli network nic list": (
        NICS_LIST,
        [
            ("nic", {**NIC, "vmnic": "vmnic0", "address": "0000:04:00.0", "description": "Intel 82576 (dual) NIC"}),
            (
                "nic",
                {
                    "vmnic": "vmnic1",
                    "address": "0000:04:00.1",
                    "driver": "igb",
                    "mac": "00:25:90:aa:00:02",
                    "mtu": "9000",
                },
            ),
            (
                "nic",
                {
                    "vmnic": "vusb0",
                    "address": "Pseudo",
                    "driver": "cdce",
                    "mac": "00:25:90:aa:00:03",
                    "mtu": "1500",
                    "description": "Unknown Unknown",
                },
            ),
        ],
    ),
    "esxcli network nic list of 5.x": (
        NICS_5,
        [("nic", {**NIC, "vmnic": "vmnic2", "address": "0000:0c1:00.0", "description": "Intel I350 NIC"})],
    ),
    "esxcfg-nics -l": (
        NICS_L,
        [
            ("nic", {**NIC, "vmnic": "vmnic10", "address": "0000:03:00.01", "description": "Intel I350 NIC"}),
            (
                "nic",
                {
                    **NIC,
                    "mac": "00:25:90:aa:00:02",
                    "vmnic": "vmnic2",
                    "address": "0000:03:00.00",
                    "description": "Intel I350 NIC",
                },
            ),
        ],
    ),
    "esxcfg-nics -l behind grep": (
        "~ # esxcfg-nics -l | grep vmnic7\nvmnic7 ixgbe Up 10000Mbps Full Intel Ethernet X520\n",
        [("nic", {"vmnic": "vmnic7", "driver": "ixgbe", "description": "Intel Ethernet X520"})],
    ),
    "esxcli network nic get": (
        NIC_GET,
        [("nic", {"address": "0000:00:1f:6", "driver": "igb", "version": "5.0.5.1", "vmnic": "vmnic0"})],
    ),
    "ethtool -i": (ETHTOOL, [("nic", {"driver": "igb", "version": "5.3.1", "address": "0000.0e:00.0"})]),
    "esxcfg-module -g": (
        "igb enabled = 1 options = 'IntMode=2,2 VMDQ=8,8'\r\nbnx2x enabled = 0 options = ''\r\n",
        [
            ("module", {"name": "igb", "enabled": "1", "options": "IntMode=2,2 VMDQ=8,8"}),
            ("module", {"name": "bnx2x", "enabled": "0", "options": ""}),
        ],
    ),
    "vicfg-module -g": ("s2io options = 'intr_type=2'", [("module", {"name": "s2io", "options": "intr_type=2"})]),
    "esxcfg-module -q": (
        "# esxcfg-module -q\nigb\nvmkusb\n",
        [("queried", {"name": "igb"}), ("queried", {"name": "vmkusb"})],
    ),
    "esxcfg-module -l": (
        "Name                     Used  Size (kb)\nigb                      4     356\n",
        [("module", {"name": "igb", "loaded": "4", "size (kb)": "356"})],
    ),
    "esxcfg-module -i": (INFO, [("module", {"name": "igb", "version": "5.0.5.1"})]),
    "vmkload_mod -s behind grep": (
        "~ # vmkload_mod -s ixgbe | grep -i version\nVersion: Version 3.9.13-NAPI, Build: 249663\n",
        [("module", {"version": "3.9.13-NAPI"})],
    ),
    "esxcli system module parameters list": (
        PARAMETERS,
        [
            (
                "parameter",
                {
                    "name": "IntMode",
                    "type": "array of int",
                    "value": "2,2",
                    "description": "Change Interrupt Mode (0-2)",
                },
            ),
            ("parameter", {"name": "VMDQ", "type": "array of int", "description": "Number of queues: 0..8"}),
            ("parameter", {"name": "skb_mpool_max", "type": "int", "value": "64"}),
        ],
    ),
    "esxcli system settings kernel list of 5.x": (
        KERNEL_5,
        [
            (
                "setting",
                {
                    "name": "netNetqueueEnabled",
                    "type": "Bool",
                    "description": "Enable/Disable NetQueue.",
                    "configured": "false",
                    "runtime": "TRUE",
                    "default": "TRUE",
                },
            )
        ],
    ),
    "esxcli system module list": (
        MODULES,
        [
            ("module", {"name": "igb", "loaded": "true", "enabled": "true"}),
            ("module", {"name": "igbn", "loaded": "false", "enabled": "false"}),
        ],
    ),
    "lspci": (
        "0000:00:1f.2 SATA controller: Intel Corporation AHCI Controller [vmhba0]\n"
        "0000:05:00.0 Network controller: Intel Corporation 82576 Gigabit [vmnic0]\n"
        "02:01.0 Ethernet controller: Intel Corporation 82545EM Gigabit (rev 01)\n",
        [
            (
                "function",
                {
                    "address": "0000:00:1f.2",
                    "class": "SATA controller",
                    "description": "Intel Corporation AHCI Controller",
                    "vmnic": "vmhba0",
                },
            ),
            (
                "function",
                {
                    "address": "0000:05:00.0",
                    "class": "Network controller",
                    "description": "Intel Corporation 82576 Gigabit",
                    "vmnic": "vmnic0",
                },
            ),
            (
                "function",
                {
                    "address": "02:01.0",
                    "class": "Ethernet controller",
                    "description": "Intel Corporation 82545EM Gigabit (rev 01)",
                },
            ),
        ],
    ),
    "lspci -v": (
        "0000:05:00.0 Ethernet controller Network controller: Intel 82576 [vmnic0]\n\t Class 0200: 8086:10C9\n\n"
        "0000:05:00.1 Ethernet controller Network controller: Intel 82576 [vmnic1]\n\t Class 0200: 8086:10c9\n",
        [
            (
                "function",
                {
                    "address": f"0000:05:00.{nth}",
                    "class": "Ethernet controller Network controller",
                    "description": "Intel 82576",
                    "vmnic": f"vmnic{nth}",
                    "vendor": "8086",
                    "device": number,
                },
            )
            for nth, number in ((0, "10C9"), (1, "10c9"))
        ],
    ),
    "lspci -n": (
        "0000:31:00.0 Class 0200: 8086:1521 [vmnic4]\n02:01.0 0200: 8086:100f (rev 01)\n",
        [
            (
                "function",
                {"address": "0000:31:00.0", "class": "0200", "vendor": "8086", "device": "1521", "vmnic": "vmnic4"},
            ),
            ("function", {"address": "02:01.0", "class": "0200", "vendor": "8086", "device": "100f"}),
        ],
    ),
    "lspci -p": (
        "0000:31:00.0 8086:1521 103c:8157 255/   /     D V igbn         vmnic4\n"
        "0000:eb:00.0 8086:2710 8086:0000 V dlb\n"
        "0000:00:00.0 8086:2020 8086:0000 255/   /       P\n",
        [
            (
                "function",
                {
                    "address": "0000:31:00.0",
                    "vendor": "8086",
                    "device": "1521",
                    "driver": "igbn",
                    "vmnic": "vmnic4",
                },
            ),
            ("function", {"address": "0000:eb:00.0", "vendor": "8086", "device": "2710", "driver": "dlb"}),
            ("function", {"address": "0000:00:00.0", "vendor": "8086", "device": "2020"}),
        ],
    ),
    "vmkchdev -l": (
        "000:002:00.0 8086:10f8 8086:000c vmkernel vmnic7\n000:003:00.0 8086:10c9 8086:a03c passthru\n",
        [
            (
                "function",
                {
                    "address": "000:002:00.0",
                    "vendor": "8086",
                    "device": "10f8",
                    "owner": "vmkernel",
                    "vmnic": "vmnic7",
                },
            ),
            (
                "function",
                {"address": "000:003:00.0", "vendor": "8086", "device": "10c9", "owner": "passthru"},
            ),
        ],
    ),
    "vmware -vl": (
        "VMware ESXi 6.7.0 build-14320388\nVMware ESXi 6.7.0 Update 3\n",
        [("release", {"release": "6.7.0", "build": "14320388"}), ("release", {"release": "6.7.0", "update": "3"})],
    ),
    "esxcli system version get": (
        "   Product: VMware ESXi\n   Version: 7.0.3\n   Build: Releasebuild-19193900\n   Update: 3\n   Patch: 35\n",
        [("release", {"release": "7.0.3", "build": "Releasebuild-19193900", "update": "3"})],
    ),
    "vsish": (
        "~ # vsish -e get /net/pNics/vmnic2/rxqueues/info\nrx queues info {\n   # queues supported:8\n}\n",
        [("queues", {"queues": "8"})],
    ),
    "vsish -p": ('{\n   "maxQueues" : 0x9,\n   "numFilters" : 512,\n}\n', [("queues", {"queues": "0x9"})]),
    "esxcfg-vmknic -l": (
        VMKNICS,
        [
            ("vmknic", {"name": "vmk0", "portgroup": "Management Network", "mtu": "1500"}),
            ("vmknic", {"name": "vmk1", "portgroup": "iSCSI", "mtu": "9000"}),
        ],
    ),
    "esxcli network vswitch standard list": (
        "vSwitch0\n   Name: vSwitch0\n   Class: cswitch\n   MTU: 1500\n   Beacon Required By: \n   Uplinks: vmnic0\n",
        [("switch", {"name": "vSwitch0", "mtu": "1500", "uplink": "vmnic0"})],
    ),
    "esxcli --formatter=keyvalue": (
        "structure[0].Nic.Driver.string=igb\nstructure[0].Nic.MTU.integer=1500\nstructure[0].Nic.Name.string=vmnic0\n",
        [("nic", {"vmnic": "vmnic0", "mtu": "1500", "driver": "igb"})],
    ),
    "esxcli --formatter=xml": (
        '<?xml version="1.0"?>\n<output><root><list type="structure">\n<structure typeName="Nic">\n'
        '<field name="Driver"><string>igb</string></field><field name="Name">\n<string> vmnic0 </string></field>\n'
        "</structure></list></root></output>\n",
        [("nic", {"vmnic": "vmnic0", "driver": "igb"})],
    ),
    "esxcli system settings advanced list": (
        "   Path: /Net/TcpipHeapMax\n   Type: integer\n   Int Value: 512\n   Default Int Value: 0\n   Min Value: 0\n"
        "   Max Value: 1536\n   String Value: \n   Default String Value: \n   Valid Characters: \n"
        "   Description: Maximum megabytes: may be 0\n   Host Specific: false\n   Impact: reboot\n\n"
        "   Path: /Syslog/global/logDir\n   Type: string\n   Int Value: 0\n   Default Int Value: 0\n   Min Value: 0\n"
        "   Max Value: 0\n   String Value: [] /scratch/log\n   Default String Value: \n   Valid Characters: *\n"
        "   Description: where\n",
        [
            ("advanced", {"name": "/Net/TcpipHeapMax", "configured": "512", "default": "0"}),
            ("advanced", {"name": "/Syslog/global/logDir", "configured": "[] /scratch/log", "default": ""}),
        ],
    ),
    "esxcli --formatter=xml, advanced": (
        '<output><root><list type="structure"><structure typeName="Whatever">\n'
        '<field name="DefaultIntValue"><integer>0</integer></field>\n'
        '<field name="IntValue"><integer>512</integer></field>\n'
        '<field name="Path"><string>/Net/TcpipHeapMax</string></field>\n'
        '<field name="Type"><string>integer</string></field>\n</structure></list></root></output>\n',
        [("advanced", {"name": "/Net/TcpipHeapMax", "configured": "512", "default": "0"})],
    ),
    "esxcli --formatter=keyvalue, advanced": (
        "structure[0].Whatever.IntValue.integer=512\nstructure[0].Whatever.Path.string=/Net/TcpipHeapMax\n"
        "structure[0].Whatever.Type.string=integer\n",
        [("advanced", {"name": "/Net/TcpipHeapMax", "configured": "512"})],
    ),
    "esxcli --formatter=csv network nic list": (
        "AdminStatus,Description,Driver,Duplex,Link,LinkStatus,MACAddress,MTU,Name,PCIDevice,Speed,\n"
        'Up,"Intel, of 1 Gbit",igb,Full,Up,Up,00:1b:21:00:00:01,9000,vmnic0,0000:01:00.0,1000,\n'
        "Down,,igb,Half,Down,Down,00:1b:21:00:00:02,1500,vmnic1,0000:01:00.1,0,\n",
        [
            (
                "nic",
                {
                    "description": "Intel, of 1 Gbit",
                    "driver": "igb",
                    "mtu": "9000",
                    "vmnic": "vmnic0",
                    "address": "0000:01:00.0",
                },
            ),
            ("nic", {"driver": "igb", "mtu": "1500", "vmnic": "vmnic1", "address": "0000:01:00.1"}),
        ],
    ),
    "esxcli --formatter=csv system module parameters list": (
        'Description,Name,Type,Value,\nhow many,VMDQ,array of int,"8,8",\n"a ""word""",Node,array of int,,\n',
        [
            ("parameter", {"name": "VMDQ", "type": "array of int", "value": "8,8"}),
            ("parameter", {"name": "Node", "type": "array of int"}),
        ],
    ),
    "esxcli --formatter=csv system settings kernel list": (
        "Configured,Default,Description,Name,Runtime,Type,\ntrue,TRUE,on,netNetqueueEnabled,TRUE,Bool,\n",
        [
            (
                "setting",
                {
                    "configured": "true",
                    "default": "TRUE",
                    "name": "netNetqueueEnabled",
                    "runtime": "TRUE",
                    "type": "Bool",
                },
            )
        ],
    ),
    "esxcli --formatter=csv system module list": (
        "IsEnabled,IsLoaded,Name,\ntrue,false,igb,\n",
        [("module", {"enabled": "true", "loaded": "false", "name": "igb"})],
    ),
    "esxcli --formatter=csv --format-param=fields=…": (
        "Name,Is Loaded,Is Enabled\nigb,false,true\n",
        [("module", {"enabled": "true", "loaded": "false", "name": "igb"})],
    ),
    "esxcli --formatter=csv system settings advanced list": (
        "DefaultIntValue,DefaultStringValue,Description,IntValue,MaxValue,MinValue,Path,StringValue,Type,ValidCharacters,\n"
        "0,,heap,512,1536,0,/Net/TcpipHeapMax,,integer,,\n",
        [("advanced", {"name": "/Net/TcpipHeapMax", "configured": "512", "default": "0"})],
    ),
    "esxcli --debug --formatter=json network nic list": (
        '[{"AdminStatus": "Up", "Driver": "igb", "MTU": 9000, "Name": "vmnic0", "PCIDevice": "0000:01:00.0"},\n'
        ' {\n  "Driver": "igb",\n  "Description": "a \\"b\\"",\n  "Name": "vmnic1",\n'
        '  "PCIDevice": "0000:01:00.1"\n }]\n',
        [
            ("nic", {"driver": "igb", "mtu": "9000", "vmnic": "vmnic0", "address": "0000:01:00.0"}),
            ("nic", {"driver": "igb", "vmnic": "vmnic1", "address": "0000:01:00.1"}),
        ],
    ),
    "esxcli --debug --formatter=json system module list": (
        '[{"IsEnabled": true, "IsLoaded": false, "Name": "igb"}]\n',
        [("module", {"enabled": "true", "loaded": "false", "name": "igb"})],
    ),
    "esxcli --debug --formatter=json system settings advanced list -o": (
        '{"DefaultIntValue": 0, "IntValue": 512, "Path": "/Net/TcpipHeapMax", "Type": "integer"}\n',
        [("advanced", {"name": "/Net/TcpipHeapMax", "configured": "512", "default": "0"})],
    ),
    "vicfg-advcfg -j": (
        "Value of VMkernel.Boot.netNetqueueEnabled is true\n",
        [("setting", {"name": "netNetqueueEnabled", "configured": "true"})],
    ),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=list(READ))
def test_an_output_is_read_by_its_words(text: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=list(READ))
def test_line_ends_and_what_stands_around_an_output_do_not_matter(
    text: str, expected: list[tuple[str, dict[str, str]]]
) -> None:
    around = f"Here is what I have:\n\n{text}\n[root@esx7:~] \nThat is all, thank you.\n"
    for line_end in ("\r\n", "\r"):
        assert said(around.replace("\r\n", "\n").replace("\n", line_end)) == expected


def test_a_switch_has_its_uplinks_and_port_groups() -> None:
    first, second = rows(Source("capture", SWITCHES))
    assert (first.kind, first.text("name"), first.text("mtu")) == ("switch", "vSwitch with a very long name", "9000")
    assert [place.text for place in first.every("uplink")] == ["vmnic0", "vmnic1"]
    assert [place.text for place in first.every("portgroup")] == ["VM Network", "iSCSI"]
    assert (second.kind, second.text("name"), second.text("mtu"), second.every("uplink")) == (
        "dvs",
        "dvSwitch",
        "1500",
        (),
    )


def test_what_an_output_does_not_repeat_the_command_tells() -> None:
    assert [row.about for row in rows(Source("capture", PARAMETERS))] == ["igb"] * 3
    assert [row.about for row in rows(Source("capture", ETHTOOL))] == ["vmnic3"]
    assert [row.about for row in rows(Source("capture", READ["vsish"][0]))] == ["vmnic2"]
    named = "localcli_system-module-parameters-list--m-igb.txt"
    assert [row.about for row in rows(Source(named, PARAMETERS.partition("\n")[2]))] == ["igb"] * 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("~ # esxcfg-nics -l", ("esxcfg-nics", "-l")),
        ("[root@esx7:~] esxcli network nic list", ("esxcli", "network", "nic", "list")),
        ("[root@esx3 root]# /usr/sbin/esxcfg-nics -l", ("/usr/sbin/esxcfg-nics", "-l")),
        ("esx7:~ # lspci", ("lspci",)),
        ("esxcfg-module -s 'IntMode=3,3 VMDQ=8,8' igb", ("esxcfg-module", "-s", "IntMode=3,3 VMDQ=8,8", "igb")),
        ("lspci -p | grep vmnic", ("lspci", "-p")),
        ("vmware is what we run here", None),
        ("esxcfg-module module information", None),
        ("vmnic0  0000:04:00.0  igb", None),
    ],
)
def test_a_command_is_told_from_its_output(line: str, words: tuple[str, ...] | None) -> None:
    found = command_in(Source("capture", line).span(0, len(line)))
    assert (found and found.words) == words


def test_a_file_of_a_bundle_is_named_for_its_command() -> None:
    assert command_of("bundle/commands/esxcfg-module_-q.txt").words == ("esxcfg-module", "-q")
    name = "localcli_system-settings-kernel-list--d.txt"
    assert command_of(name).words == ("localcli", "system", "settings", "kernel", "list", "-d")
    assert command_of("notes.txt").words == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("02:01", (0, 2, 1, 0)),
        ("02:01.3", (0, 2, 1, 3)),
        ("0000:0b:00.00", (0, 11, 0, 0)),
        ("0000:01:00.03", (0, 1, 0, 3)),
        ("0000:0c1:00.0", (0, 0xC1, 0, 0)),
        ("0000:05:00.0", (0, 5, 0, 0)),
        ("000:011:00.0", (0, 11, 0, 0)),
        ("0000:00:1f:6", (0, 0, 0x1F, 6)),
        ("0000.0e:00.0", (0, 14, 0, 0)),
        ("0001:0A:00.1", (1, 10, 0, 1)),
        ("Pseudo", None),
        ("00:25:90:aa:00:01", None),
        ("12:30:45", None),
        ("", None),
    ],
)
def test_an_address_is_one_place_however_it_is_spelt(text: str, place: tuple[int, ...] | None) -> None:
    assert place_of(text) == place


def test_an_output_that_something_has_cut_is_not_all_there_is() -> None:
    assert all(row.whole for row in rows(Source("capture", NICS_LIST)))
    cut = NICS_LIST.replace("nic list", "nic list | head -4")
    assert not any(row.whole for row in rows(Source("capture", cut)))


# --- what is a listing


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (NICS_LIST, True),
        ("igb enabled = 1 options = ''\n", True),
        ('/vmkernel/module/igb/options = "IntMode=3,3"\n', False),
        ('# a comment\n\n/vmkernel/module/igb/options = "IntMode=3,3"\n', False),
        ('~ # grep igb /etc/vmware/esx.conf\n/vmkernel/module/igb/options = "IntMode=3,3"\n', False),
        ('vmkernel/module/igb/options = "IntMode=3,3"\n', False),
        ("IntMode=3,3 VMDQ=8,8\n", False),
        ("", False),
        ('\ufeff/system/uuid = "1"\n', False),
        ("VMware sells ESXi.\n", False),
        ("12:30:45 Warning: something happened\n12:30 Warning: once more\n", False),
        # lines that have run into one another
        ("Name PCI Driver Link Speed Duplex MAC Address Driver MTU Description\nvmnic0 a b c\n", False),
        ("Name PCI PCI Device Driver MTU\nvmnic0 0000:01:00.0 0000:01:00.0 igb 1500\n", False),
        ("Switch Name  Num Ports  MTU  MTU  Uplinks\nvSwitch0 128 1500 1500 vmnic0\n", False),
    ],
)
def test_only_a_known_output_makes_a_listing(text: str, answer: bool) -> None:
    assert is_listing(Source("text", text)) is answer


# --- laws

PIECES = [line for text, _ in READ.values() for line in text.splitlines(keepends=True)]
PIECES += [line for text in (SWITCHES, KERNEL_7) for line in text.splitlines(keepends=True)]
PIECES += ["", "\n", "~ # ", "---- ----\n", "\t", "\udcff", "\x00", "é", ":", "' options = '", "\r"]


@st.composite
def captures(draw: st.DrawFn) -> str:
    """Outputs as people paste them: in parts, one in another, with characters lost."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", " ", "x", "'", "\n"])) + text[at + draw(st.integers(0, 4)) :]
    return text


@given(captures())
@example("Name PCI Driver\n" + "x" * 5000)
@settings(LAW, max_examples=400)
def test_every_word_of_a_row_is_a_place_of_its_text(text: str) -> None:
    source = Source("capture", text)
    for row in rows(source):
        assert row.fields
        for name, place in row.fields:
            assert place.source == source
            assert 0 <= place.start <= place.end <= len(text)
            assert place.text.strip() == place.text or name == "options"
            assert place.text or name == "options"
            assert "\n" not in place.text and "\r" not in place.text


@given(captures(), st.booleans())
@settings(LAW, max_examples=200)
def test_whatever_a_host_says_is_judged_and_never_mended(text: str, beside: bool) -> None:
    source = Source("capture", text)
    options = '/vmkernel/module/igb/options = "IntMode=2,2"\n'
    report = check_source(Source("esx.conf", options) if beside else source, Assumed(listings=(source,)), pack=PACK)
    for finding in report.findings:
        assert finding.fix is None or finding.span.source.name == "esx.conf"
        assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text)


@given(captures())
@example('[{"AdminStatus": "Up", "Driver": "igb", "MTU": 9000, "Name": "vmnic0", "PCIDevice": "0000:01:00.0"},\n')
@settings(LAW, max_examples=200)
def test_lines_of_no_output_change_nothing(text: str) -> None:
    def kinds(found: tuple[Row, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
        return [(row.kind, [(name, place.text) for name, place in row.fields]) for row in found]

    # a line that ends every run, and says nothing itself
    assert kinds(rows(Source("capture", f"* * *\n{text}\n* * *\n"))) == kinds(rows(Source("capture", text + "\n")))


def test_a_long_capture_takes_no_longer_than_its_length() -> None:
    text = (NICS_LIST + INFO + KERNEL_7 + NIC_GET) * 300
    assert len(rows(Source("capture", text))) == 300 * 6
    assert rows(Source("capture", ('{"Name": 1,\n' * 20_000 + "[\n" * 20_000))) == ()
    assert rows(Source("capture", "a,Path,Type,IntValue,\n" * 20_000)) == ()
    assert rows(Source("capture", (" " * 1900 + "x\n") * 300 + ("a: " * 600 + "\n") * 300)) == ()


# --- facts


def report_of(text: str, *listings: str, **facts: str) -> Report:
    heard = tuple(Source(f"{nth}.txt", listing) for nth, listing in enumerate(listings, 1))
    return check_source(Source("esx.conf", text), Assumed(facts, {}, heard), pack=PACK)


def facts_of(report: Report) -> dict[str, str]:
    return {fact.name: f"{fact.value} ({fact.basis}: {fact.how})" for fact in report.facts}


IGB = '/vmkernel/module/igb/options = "IntMode=2,2"\n'


def test_a_host_tells_its_release_ports_and_versions() -> None:
    report = report_of(IGB, "VMware ESXi 6.7.0 build-1\nVMware ESXi 6.7.0 Update 3\n", NICS_LIST, ETHTOOL)
    assert facts_of(report) == {
        "esx": "6.7u3 (listed: 1.txt:1)",
        "igb": "5.3.1 (listed: 3.txt:3)",
        "ports.igb": "3 (listed: 2.txt:4)",
        "mtu": "9000 (listed: 2.txt:5)",
    }


def test_what_the_user_says_goes_first_and_what_the_text_shows_last() -> None:
    text = '/resourceGroups/version = "6.5.0"\n' + IGB
    listing = "VMware ESXi 6.7.0 build-1\n"
    assert facts_of(report_of(text, listing, esx="6.0"))["esx"] == "6.0 (assumed: as you say)"
    assert facts_of(report_of(text, listing))["esx"] == "6.7.0 (listed: 1.txt:1)"
    assert facts_of(report_of(text))["esx"] == "6.5.0 (written: /resourceGroups/version)"


@pytest.mark.parametrize(
    ("listing", "release"),
    [
        ("VMware ESX 4.1.0 build-260247\n", "4.1.0"),
        ("VMware ESX Server 3i 3.5.0 build-153875\n", "3.5.0"),
        ("VMware ESXi 6.7.0 build-1\nVMware ESXi 6.7.0 GA\n", "6.7.0"),
        ("VMware ESXi 6.7.0 build-1\nVMware ESXi 6.7.0 Update 2\n", "6.7u2"),
        ("VMware ESXi 6.7.0 build-14320388\n", "6.7u3"),
        ("VMware ESXi 6.7.0 build-8169922\n", "6.7u0"),
        ("VMware ESXi 7.0.3 build-19482537\n", "7.0u3d"),
        ("VMware ESXi 7.0.3 build-1\n", "7.0.3"),
        (READ["esxcli system version get"][0], "7.0.3"),
        (READ["esxcli system version get"][0].replace("19193900", "19898904"), "7.0u3e"),
    ],
)
def test_a_build_tells_the_update(listing: str, release: str) -> None:
    assert facts_of(report_of(IGB, listing))["esx"].startswith(f"{release} (listed: 1.txt:")


def test_the_host_tells_which_driver_has_its_ports() -> None:
    """The catalog gives the ports of an I350 to igbn on 6.7; a host on which igb has them knows better."""
    text = '/resourceGroups/version = "6.7.0"\n/vmkernel/module/igb/options = "IntMode=2,2 RSS=4,4"\n'
    esx = {"esx": "6.7"}
    ports = {"igb": "I350,I350"}
    assert "NQ603" in {found.code for found in netqlint.check(text, assume=esx, ports=ports).findings}
    assert "NQ603" not in {found.code for found in report_of(text, NICS_L, **esx).findings}
    native = report_of(text, NICS_L.replace("igb ", "igbn"), **esx)
    assert "NQ603" in {found.code for found in native.findings}
    assert "NQ716" not in {found.code for found in native.findings}


def test_ports_go_by_address_and_not_by_name() -> None:
    report = understand(Source("esx.conf", IGB), Assumed(listings=(Source("1.txt", NICS_L),)), None, PACK)
    devices = report.facts.drivers["igb"].devices
    assert [(device.address.text, name.text) for device in devices if (name := device.field("vmkname"))] == [
        ("0000:03:00.00", "vmnic2"),
        ("0000:03:00.01", "vmnic10"),
    ]
    assert report.facts.drivers["igb"].controllers == ("I350", "I350")


def test_pci_ids_come_from_wherever_they_are_told() -> None:
    ids = "0000:04:00.0 8086:1521 8086:0001 vmkernel vmnic0\n0000:04:00.1 8086:10c9 8086:0001 vmkernel vmnic1\n"
    assert facts_of(report_of(IGB, NICS_LIST, ids))["ports.igb"] == "I350,82576 (listed: 1.txt:4)"
    conf = '/device/004:00.0/device = "1521"\n/device/004:00.0/vendor = "8086"\n/device/004:00.0/vmkname = "vmnic0"\n'
    nics = NICS_LIST.replace("82576", "").replace("  9000\n", "  9000  82576\n")
    assert facts_of(report_of(conf + IGB, nics))["ports.igb"] == "I350,82576 (listed: 1.txt:4)"


def test_some_of_the_nics_do_not_tell_how_many_there_are() -> None:
    assert "ports.igb" not in facts_of(report_of(IGB, NICS_LIST.replace("nic list", "nic list | grep vmnic0")))


def test_two_answers_for_one_module_are_one_host_at_two_times() -> None:
    text = "igb enabled = 1 options = 'IntMode=9'\nigb enabled = 1 options = 'IntMode=2'\n"
    host = read(Source("capture", text), PACK.patterns)
    assert [[options.span.text for options in module.options] for module in host.modules] == [["IntMode=2"]]


def test_a_text_is_judged_for_what_it_says_of_netqueue_itself() -> None:
    on = "Value of netNetqueueEnabled is true\n"
    text = '/vmkernel/netNetqueueEnabled = "FALSE"\n/vmkernel/module/igb/options = "IntMode=3,3"\n'
    assert "netqueue" not in facts_of(report_of(text, on))
    assert facts_of(report_of(IGB, on))["netqueue"] == "on (listed: 1.txt:1)"


# --- judging what a host says


def test_options_that_a_host_has_are_judged_like_those_of_a_file() -> None:
    report = netqlint.check("igb enabled = 1 options = 'IntMode=3 3'\n", assume={"esx": "4.0"})
    assert [(found.code, found.span.text, found.fix) for found in report.findings] == [("NQ101", "3 3", None)]
    listed = PARAMETERS.replace("2,2 ", "2;2 ")
    assert {found.code for found in netqlint.check(listed).findings} & {"NQ108", "NQ115"}


ADVANCED = (
    "   Path: /Net/{}\n   Type: integer\n   Int Value: {}\n   Default Int Value: 0\n   String Value: \n"
    "   Default String Value: \n\n"
)


def test_advanced_settings_of_a_host_are_those_that_are_not_as_esx_has_them() -> None:
    text = ADVANCED.format("DCBEnable", 0) + ADVANCED.format("MaxNetifTxQueueLen", 10001)
    (setting,) = read(Source("capture", text), PACK.patterns).advanced
    assert (setting.group, setting.name.text, setting.value.text) == ("Net", "MaxNetifTxQueueLen", "10001")
    by_host = [one.code for one in netqlint.check(text, name="advanced.txt", assume={"esx": "7.0"}).findings]
    conf = '/adv/Net/MaxNetifTxQueueLen = "10001"\n'
    by_file = [one.code for one in netqlint.check(conf, assume={"esx": "7.0"}).findings]
    assert by_host == by_file != []


def test_settings_as_esx_has_them_by_itself_are_not_written() -> None:
    assert read(Source("capture", KERNEL_7), PACK.patterns).settings == ()
    assert [setting.value.text for setting in read(Source("capture", KERNEL_5), PACK.patterns).settings] == ["false"]


# --- on the command line


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an esx.conf and what its host says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "esx7"
    folder.mkdir()
    (folder / "esx.conf").write_text('/vmkernel/module/igb/options = "IntMode=2,2,2"\n', "utf-8")
    (folder / "esxcli-network-nic-list.txt").write_text(NICS_LIST, "utf-8")
    return folder


def run(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


def told(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> dict[str, str]:
    document = json.loads(run(capsysbinary, "check", *words, "--format", "json")[1])
    return {fact["name"]: f"{fact['value']} ({fact['basis']})" for fact in document["facts"]}


def test_what_lies_beside_an_esx_conf_tells_of_its_host(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, _ = run(capsysbinary, "check", "esx7", "--select", "NQ122")
    assert code == 1
    assert "IntMode lists 3 values, but igb has 2 ports" in out
    assert "known: mtu 9000 by esxcli-network-nic-list.txt:5" in out
    assert told(capsysbinary, "esx7/esx.conf")["ports.igb"] == "2 (listed)"
    # what other folders say is none of its business, nor is a file of any name
    assert "ports.igb" not in told(capsysbinary, "esx7", "--isolated")
    (host / "esxcli-network-nic-list.txt").rename(host / "notes.txt")
    assert "ports.igb" not in told(capsysbinary, "esx7")


def test_outputs_beside_several_hosts_are_nobodys(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (host / "other.esx.conf").write_text(IGB, "utf-8")
    assert "ports.igb" not in told(capsysbinary, "esx7")


def test_an_unpacked_bundle_keeps_them_elsewhere(
    tmp_path: Path, host: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for top, room in (
        ("esx-host-2026-01-02--03.04-5", "commands"),
        ("vm-support-host.6", "tmp"),
        ("other", "commands"),
    ):
        (tmp_path / top / "etc" / "vmware").mkdir(parents=True)
        (tmp_path / top / room).mkdir()
        (host / "esx.conf").rename(tmp_path / top / "etc" / "vmware" / "esx.conf")
        (tmp_path / top / room / "esxcfg-nics.123.txt").write_text(NICS_L, "utf-8")
        found = told(capsysbinary, top)
        assert ("ports.igb" in found) is (top != "other")
        (tmp_path / top / "etc" / "vmware" / "esx.conf").rename(host / "esx.conf")


def test_facts_are_named_by_the_call_or_by_the_configuration(
    tmp_path: Path, host: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "anything.txt").write_text(NICS_L, "utf-8")
    assert told(capsysbinary, "esx7", "--facts", "facts")["ports.igb"] == "I350,I350 (listed)"
    assert told(capsysbinary, "esx7", "--facts", "facts/anything.txt")["ports.igb"] == "I350,I350 (listed)"
    (tmp_path / "netqlint.toml").write_text('[hosts.esx7]\nfacts = ["facts"]\n', "utf-8")
    assert told(capsysbinary, "esx7")["ports.igb"] == "I350,I350 (listed)"
    assert run(capsysbinary, "config", "show", "esx7/esx.conf")[1].splitlines()[1] == (
        'facts = ["facts"]    # netqlint.toml:2'
    )
    assert told(capsysbinary, "esx7", "--isolated", "--facts", "esx7")["ports.igb"] == "2 (listed)"


def test_facts_that_are_none_are_told(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    said = "netqlint: esx7/esx.conf: no output of a host's command that netqlint reads\n"
    assert run(capsysbinary, "check", "esx7", "--facts", "esx7/esx.conf") == (2, "", said)
    said = "netqlint: nowhere.txt: cannot be read: no such file or directory\n"
    assert run(capsysbinary, "check", "esx7", "--facts", "nowhere.txt") == (2, "", said)


def test_what_several_hosts_say_tells_of_none(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert "ports.igb" in told(capsysbinary, "esx7")
    (host / "lspci.txt").write_text("[root@esx8:~] lspci -n\n0000:31:00.0 Class 0200: 8086:1521 [vmnic4]\n", "utf-8")
    assert "ports.igb" not in told(capsysbinary, "esx7")
    said = "netqlint: esx7: told by several hosts (esx7, esx8); give each its own files\n"
    assert run(capsysbinary, "check", "esx7", "--facts", "esx7") == (2, "", said)


def test_an_output_with_nothing_to_judge_is_no_silent_pass(
    host: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = str(host / "esxcli-network-nic-list.txt")
    code, _, err = run(capsysbinary, "check", path)
    assert code == 0
    assert err == f"netqlint: {path}: tells facts and sets nothing; --facts hands them to the check of another file\n"
    assert run(capsysbinary, "check", path, "--quiet")[2] == ""
    (host / "esxcfg-module-g.txt").write_text("igb enabled = 1 options = ''\n", "utf-8")
    assert run(capsysbinary, "check", str(host / "esxcfg-module-g.txt"))[2] == ""


def test_what_a_host_has_said_is_never_changed(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = host / "esxcfg-module-g.txt"
    path.write_text("igb enabled = 1 options = 'IntMode=3 3'\n", "utf-8")
    code, _, err = run(capsysbinary, "fix", str(path), "--unsafe", "--isolated", "--select", "NQ101")
    assert code == 1
    assert err == f"netqlint: {path}: what a host has said is never changed; mend its esx.conf, or tell the host\n"
    assert path.read_text("utf-8") == "igb enabled = 1 options = 'IntMode=3 3'\n"
    code, _, err = run(capsysbinary, "check", str(path), "--add-ignore", "why", "--isolated")
    assert (code, "has no comments" in err) == (2, True)


def test_other_words_of_a_host_make_its_file_be_judged_anew(
    host: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for nth in range(10):
        other = host.parent / f"esx{nth}"
        other.mkdir(exist_ok=True)
        (other / "esx.conf").write_bytes((host / "esx.conf").read_bytes())
        (other / "lspci.txt").write_text("nothing", "utf-8")
    first = run(capsysbinary, "check", ".", "--format", "json")
    assert run(capsysbinary, "check", ".", "--format", "json") == first
    (host.parent / "esx3" / "lspci.txt").write_text(READ["lspci -p"][0].replace("igbn", "igb"), "utf-8")
    third = json.loads(run(capsysbinary, "check", ".", "--format", "json")[1])
    assert [
        fact["value"] for fact in third["facts"] if fact["host"] == "esx3/esx.conf" and fact["name"] == "ports.igb"
    ] == ["I350"]


def test_a_place_in_another_text_is_shown_there(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (host / "esxcfg-module-g.txt").write_text("igb enabled = 1 options = 'IntMode=2'\n", "utf-8")
    code, out, _ = run(capsysbinary, "check", "esx7", "--select", "NQ710", "--quiet")
    assert code == 1
    assert "  --> esx7/esx.conf:1:33\n" in out
    assert "  ::: esx7/esxcfg-module-g.txt:1:28\n" in out
    document = json.loads(run(capsysbinary, "check", "esx7", "--select", "NQ710", "--format", "sarif")[1])
    result = document["runs"][0]["results"][0]
    related = result["relatedLocations"][0]["physicalLocation"]
    assert related["artifactLocation"]["uri"] == "esx7/esxcfg-module-g.txt"
    assert related["region"]["startColumn"] == 28
    assert run(capsysbinary, "check", "esx7", "--select", "NQ710", "--quiet", "--format", "json=report.json")[0] == 1
    assert run(capsysbinary, "convert", "report.json", "--quiet")[1] == out


def test_a_comment_speaks_of_lines_of_its_own_text(host: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (host / "esxcfg-module-k.txt").write_text(KERNEL_5, "utf-8")
    text = (host / "esx.conf").read_text("utf-8")
    for form, codes in (("ignore", ["NQ901", "NQ711"]), ("ignore-file", [])):
        (host / "esx.conf").write_text(f"# netqlint: {form}[NQ711] the host boots on Sunday\n{text}", "utf-8")
        document = json.loads(run(capsysbinary, "check", "esx7", "--select", "NQ711,NQ901", "--format", "json")[1])
        assert [found["code"] for found in document["findings"]] == codes
    (host / "esx.conf").write_text(text, "utf-8")
    _, _, err = run(capsysbinary, "check", "esx7", "--select", "NQ711", "--add-ignore", "why")
    assert err == (
        "netqlint: esx7/esxcfg-module-k.txt:3: NQ711 has no line in esx7/esx.conf; write it to .netqlint-ignore.yaml\n"
    )


def test_a_host_is_shown_with_the_drivers_it_says_it_has(
    host: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (host / "esx.conf").write_text('/system/uuid = "1"\n', "utf-8")
    (host / "esxcli-network-nic-list.txt").write_text(NICS_LIST + NICS_L.replace("igb ", "tg3 "), "utf-8")
    out = run(capsysbinary, "show", "esx7")[1]
    assert re.findall(r"(?m)^(\w+) \d[\w.]+ \(", out) == ["igb", "tg3"]


# --- what real hosts said

NOT_READ = {
    # a table in comments, a format string, two SOAP documents, a list of names
    "esxcli-module-parameters-list.nfnic.txt",
    "vicfg-module-l.format.txt",
    "vim-HostSystem-config.option.esxi8.soap.xml.txt",
    "vim-OptionDef.VMkernel.Boot.netNetqueueEnabled.esxi8.soap.xml.txt",
    "vsish-ls-rxqueues-queues.txt",
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize(
    "path",
    [path for path in sorted(CORPUS.glob("*.txt")) if not path.name.endswith(".source.txt")],
    ids=lambda p: p.name,
)
def test_a_real_output_is_read(path: Path) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    assert recognised(source) is (path.name not in NOT_READ)
    written = len(re.findall(r"(?m)^\s*vmnic\d+ ", source.text))
    if path.name.startswith(("esxcfg-nics", "esxcli-network-nic-list.e", "esxcli-network-nic-list.i")):
        assert len([row for row in rows(source) if row.kind == "nic"]) == written > 0
    netqlint.check(source.text, name=path.name)
