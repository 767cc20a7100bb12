#!/bin/sh
# Brings the same settings to every ESXi 6.0 host of a list, one after the other.
#
#   rollout.sh hosts.txt
#
# A line of the list: NAME MODULE PORTS

set -eu

list=${1:?usage: rollout.sh LIST}
user=root
identity=${HOME}/.ssh/esx

remote() {
  ssh -n -i "$identity" -o BatchMode=yes "$user@$1" "$2"
}

repeat() {
  # repeat 8 4: 8,8,8,8
  value=$1
  left=$2
  out=$value
  while [ "$left" -gt 1 ]; do
    out=$out,$value
    left=$((left - 1))
  done
  echo "$out"
}

check() {
  remote "$1" "esxcli system module get -m $2" > /dev/null || {
    echo "$1: no module $2" >&2
    return 1
  }
}

grep -v '^#' "$list" | while read -r host module ports; do
  echo "$host"
  check "$host" "$module" || continue

  # as many values as there are ports: nobody but the list knows how many
  rss=$(repeat 4 "$ports")
  case $module in
    ixgbe)
      remote "$host" "esxcli system module parameters set -m ixgbe -p \"RSS=$rss\""
      ;;
    igb)
      remote "$host" "esxcli system module parameters set -m igb -p \"RSS=$rss QueuePairs=$(repeat 1 "$ports")\""
      ;;
    *)
      echo "$host: nothing to set for $module"
      ;;
  esac

  remote "$host" "esxcli system settings kernel set -s netNetqueueEnabled -v TRUE"
  remote "$host" "esxcli network vswitch standard set -v vSwitch1 -m 9000"

  ssh -i "$identity" "$user@$host" <<EOF
esxcli network ip interface set -i vmk1 -m 9000
esxcli system settings advanced set -o /Net/FollowHardwareMac -i 1
/sbin/auto-backup.sh
EOF
done
