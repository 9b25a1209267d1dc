#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2016 # what is in single quotes is for the guest
#
# The guest runner does what it says. About ten boots; KERNEL= chooses (6.12).
set -eu
# shellcheck source-path=SCRIPTDIR source=ktap.sh
. "$(dirname "$0")/ktap.sh"
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
status=''

# Runs a command in a guest; leaves $status, $dir/stdout and $dir/stderr.
vm()
{
	status=0
	scripts/vm --kernel "${KERNEL:-6.12}" "$@" >"$dir/stdout" 2>"$dir/stderr" || status=$?
}

# shellcheck disable=SC2317 # run by ok
files_equal()	# file text
{
	printf '%s' "$2" | cmp - "$1"
}

ktap_begin
trap 'ktap_died $?; rm -rf "$dir"' EXIT

vm --timeout 100 -- printf '<%s>\n' 'two words' "it's" '$HOME' '' $'a\nb'
is "status 0 comes through" "$status" 0
ok "arguments arrive whole, and stdout is exact" files_equal "$dir/stdout" \
	$'<two words>\n<it\'s>\n<$HOME>\n<>\n<a\nb>\n'
ok "stderr is silent" files_equal "$dir/stderr" ''

echo "of the host" >"$dir/file"
mkdir "$dir/out"
vm --out "$dir/out" -- bash -c '
	cat "$1/file"
	echo "of the guest" | tee "$1/file" "$1/new" >"$1/out/file"
	cat "$1/file" >&2
	echo of stdout >/dev/stdout
	pwd
	hostname
	modprobe dummy && modprobe -r dummy || echo no modprobe
	ip -br link show dev lo up | grep -o ^lo
	sleep 1000 &
	exit 3' - "$dir"
is "status 3 comes through" "$status" 3
ok "the host's files, folder and modules are there" files_equal "$dir/stdout" \
	"of the host"$'\nof stdout\n'"$PWD"$'\nmapi-guest\nlo\n'
ok "stderr is kept apart; files can be changed in the guest" \
	files_equal "$dir/stderr" $'of the guest\n'
is "... and stay as they are on the host" "$(cat "$dir/file")" "of the host"
not_ok "... new ones too" test -e "$dir/new"
is "what goes below --out does reach the host" "$(cat "$dir/out/file")" "of the guest"
ok "... with the console's text" test -f "$dir/out/console.log"

vm -- sh -c 'exec 2>/dev/null; for i in 1 2 3 4 5 6 7 8; do head -c 300000 /dev/zero; done'
is "a lot of output arrives whole" "$(wc -c <"$dir/stdout")" 2400000

vm -- sh -c 'echo "WARNING: CPU: 0 PID: 1 at something" >/dev/kmsg'
is "a warning of the kernel is status 99" "$status" 99
ok "... and its text is shown" grep -q "WARNING: CPU: 0" "$dir/stderr"

vm -- sh -c 'echo c >/proc/sysrq-trigger; sleep 100'
is "a crash is status 99" "$status" 99
ok "... with its trace" grep -q "sysrq_handle_crash" "$dir/stderr"

vm -- sh -c 'echo b >/proc/sysrq-trigger; sleep 100'
is "a guest that vanishes is status 98" "$status" 98

vm --timeout 25 -- sleep 1000
is "a command that hangs is status 124" "$status" 124

vm --append 'init=/bin/false rdinit=/bin/false panic=-1' -- true
not_ok "a guest that cannot boot is an error" [ "$status" = 0 ]

vm --icount -- sh -c 'nproc; grep -o tsc=reliable /proc/cmdline'
ok "--icount has one processor and a steady clock" \
	files_equal "$dir/stdout" $'1\ntsc=reliable\n'

vm --kernel 1.2.3 -- true
is "an unknown kernel is status 97" "$status" 97

scripts/vm -- sleep 1000 >/dev/null 2>&1 & one=$!
sleep 3
left=$(pgrep -P "$one" timeout || :)
kill "$one"
wait "$one" || :
ok "a guest was there to kill" test -n "$left"
not_ok "a killed runner leaves no guest behind" kill -0 "${left:-$$}"

ktap_end
