#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hundred thousand random requests, of which half are spoilt: the kernel must
# not complain, and nothing may be left of them.
#
# SEED and MESSAGES can be set: a run can be repeated, or be longer.
#
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
own_network "$0"

# Those that need others come first.
ours()
{
	lsmod | awk '$1 ~ /^mapi/ { print $1 }'
}

# Prints those that cannot be removed, after a while.
unload()
{
	local i

	for i in {10..1}; do
		ours | xargs -r rmmod 2>/dev/null
		[ -n "$(ours)" ] || break
		[ "$i" = 10 ] || sleep 0.2
	done
	ours
}

pair_up
dir=$(mktemp -d)
modules=()

ktap_begin
for module in funcmods/*.c; do
	module=${module##*/}
	module=${module%.c}
	modules+=("mapi-func-${module^^}")
done
modprobe -a mapi-source-nic mapi-source-trace "${modules[@]}"
# Looking for what does not exist would take most of the time.
helper=$(cat /proc/sys/kernel/modprobe)
echo >/proc/sys/kernel/modprobe
program nl_fuzz v0 v1 "${MESSAGES:-100000}" "${SEED:-1}" "$dir/file"
echo "$helper" >/proc/sys/kernel/modprobe
is "no flow is left and no memory used" "$("$programs/nl_account" 0 idle)" "0 0"
is "nobody is promiscuous" "$(ip -d link show v0 | grep -o 'promiscuity [0-9]*')" \
	"promiscuity 0"
is "the modules can be removed" "$(unload)" ""
rm -r "$dir"
ktap_end
