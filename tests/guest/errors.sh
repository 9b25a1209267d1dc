#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Wrong calls and wrong requests: each is refused with MAPI's number and a text
# that names what is wrong.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
own_network "$0"

dir=$(mktemp -d)
pair_up
ip link add unused type dummy
mkfifo "$dir/pipe"
mkdir "$dir/ro"
mount -t tmpfs -o ro none "$dir/ro"

ktap_begin
program errors_calls v0 unused
program errors_args v0
program errors_files v0 "$dir"
program errors_threads
program nl_errors v0
program nl_refusals 8 10
umount "$dir/ro"
rm -r "$dir"
is "no flow is left" "$("$programs/../user/mapictl" flow list | grep -c v0)" 0
ktap_end
