# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A device that stays in mode ingress while another changes its mode under load.
# The first such device and the last one make the kernel patch the code that
# receives packets, and not all emulators survive that while another CPU is
# just running there.

ingress_begin()
{
	local mapictl=${BUILD:-$PWD/build}/user/mapictl

	ip link add ingress0 type dummy
	ip link set ingress0 up
	"$mapictl" flow add ingress dev ingress0
	"$mapictl" device set ingress0 mode ingress
}

ingress_end()
{
	"${BUILD:-$PWD/build}/user/mapictl" flow del ingress
	ip link del ingress0
}
