#!/bin/sh

# local configuration options

esxcli system module parameters set -m igb -p "IntMode=2,2,2,2"

exit 0
