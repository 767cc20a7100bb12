#!/bin/bash
#
# Sets up NetQueue on an ESX 4.1 host with two dual-port 82576 cards.
# Run in the service console as root, then reboot.

LOG=/var/log/netqueue-setup.log
SWITCH=vSwitch1
STORAGE_IP=${1:?usage: setup.sh STORAGE-IP}

say() {
  echo "$(date '+%F %T') $*" | tee -a "$LOG"
}

run() {
  say "+ $*"
  "$@" >> "$LOG" 2>&1
}

fail() {
  say "$1"
  exit 1
}

[ "$(id -u)" = 0 ] || fail "run this as root"
[ -x /usr/sbin/esxcfg-module ] || fail "no esxcfg-module here: is this a service console?"

# --- what is there

say "host: $(vmware -v)"
esxcfg-nics -l | grep igb | tee -a "$LOG"
ports=$(esxcfg-nics -l | grep -c igb)
[ "$ports" -eq 4 ] || say "expected four igb ports, and there are $ports"

# --- the driver

say "options so far: $(esxcfg-module -g igb)"
run esxcfg-module -e igb
run esxcfg-module -s "InterruptThrottleRate=16000,16000,16000,16000" igb

case $2 in
  --no-queues)
    say "no queues wanted"
    ;;
  *)
    say "queues for every port"
    ;;
esac

# the string above goes with this one
run esxcfg-module -s "IntMode=3, 3, 3, 3" igb

# --- the VMkernel

run esxcfg-advcfg -k netNetqueueEnabled TRUE
run esxcfg-advcfg -k 32 netPktHeapMinSize
run esxcfg-advcfg -k 128 netPktHeapMaxSize

# --- the switch for storage

run esxcfg-vswitch -a "$SWITCH"
run esxcfg-vswitch -L vmnic2 "$SWITCH"
run esxcfg-vswitch -L vmnic3 "$SWITCH"
run esxcfg-vswitch -A Storage "$SWITCH"
run esxcfg-vswitch -m 9000 vSwitch1
run esxcfg-vmknic -a -i "$STORAGE_IP" -n 255.255.255.0 -m 9000 Storage

# --- the image the host starts with

run esxcfg-boot -b
say "done; reboot the host"
