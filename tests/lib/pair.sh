# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A network of the test's own: the script runs again, in a network namespace
# that is gone with it, together with what is in there.
#
#	v0  <------------->  v1
#
# There is no IPv6 and no address: what passes is what the test sends.

# First thing of a script that wants it.
own_network()	# the script's "$0" "$@"
{
	[ -z "${MAPI_OWN_NETWORK:-}" ] || return 0
	MAPI_OWN_NETWORK=y exec unshare --net "$@"
}

pair_up()
{
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ip link set lo up
	ip link add v0 type veth peer name v1
	ip link set v0 up
	ip link set v1 up
}
