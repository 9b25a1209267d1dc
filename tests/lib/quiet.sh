# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices that carry no packet but those that a test sends.

quiet_up()	# device
{
	sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1"
	ip link set "$1" up
}
