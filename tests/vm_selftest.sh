#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2016 # what is in single quotes is for the guest
#
# The guest runner does what it says. A dozen boots; KERNEL= chooses (6.12).
set -eu
# shellcheck source-path=SCRIPTDIR source=ktap.sh
. "$(dirname "$0")/ktap.sh"
cd "$(dirname "$0")/.."

kernel=${KERNEL:-6.12}
processors=2
[ "$kernel" != uml ] || processors=1
dir=$(mktemp -d)
status=''

# Runs a command in a guest; leaves $status, $dir/stdout and $dir/stderr.
vm()
{
	status=0
	scripts/vm --kernel "$kernel" "$@" >"$dir/stdout" 2>"$dir/stderr" || status=$?
}

# shellcheck disable=SC2317 # run by ok
files_equal()	# file text
{
	printf '%s' "$2" | cmp - "$1"
}

# The module that does what no module may, for this kernel.
# shellcheck disable=SC2317 # run by ok
bad_build()
{
	local kdir arch=()

	case $kernel in
	debug | uml | uml-debug)	kdir=$(scripts/kernel "$kernel")/build ;;
	*)		kdir=$(printf '%s\n' "/lib/modules/$kernel"*/build | sort -V | tail -n 1) ;;
	esac
	[[ $kernel != uml* ]] || arch=(ARCH=um)
	cp -r tests/bad "$dir/bad"
	make -s -C "$kdir" "${arch[@]}" M="$dir/bad" modules >"$dir/bad.log" 2>&1
}

# In a guest the tests' own runner runs a test, which loads that module.
bad()	# what
{
	printf '#!/bin/bash\nmodprobe mapi_bad what=%s\necho "ok 1 loaded"\necho 1..1\n' \
		"$1" >"$dir/bad.sh"
	chmod +x "$dir/bad.sh"
	MAPI_VM_MODULES=$dir/bad vm -- tests/lib/in_guest.sh "$(realpath --relative-to=. "$dir/bad.sh")"
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
	nproc
	modprobe dummy && modprobe -r dummy || echo no modprobe
	ip -br link show dev lo up | grep -o ^lo
	sleep 1000 &
	exit 3' - "$dir"
is "status 3 comes through" "$status" 3
ok "the host's files, folder and modules are there" files_equal "$dir/stdout" \
	"of the host"$'\nof stdout\n'"$PWD"$'\nmapi-guest\n'"$processors"$'\nlo\n'
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
[[ $kernel = uml* ]] ||
	ok "... and the kernel says where it is" grep -q "Call Trace" "$dir/stderr"

vm --append 'init=/bin/false rdinit=/bin/false panic=-1' -- true
not_ok "a guest that cannot boot is an error" [ "$status" = 0 ]

if [[ $kernel = uml* ]]; then
	vm --icount -- true
	is "--icount is refused" "$status" 97
	vm --smp 2 -- true
	is "... and two processors" "$status" 97
else
	SECONDS=0
	vm --icount -- sh -c 'nproc; grep -o tsc=reliable /proc/cmdline; sleep 15'
	ok "--icount has one processor and a steady clock" \
		files_equal "$dir/stdout" $'1\ntsc=reliable\n'
	ok "... which does not run ahead while it waits" [ "$SECONDS" -ge 15 ]
fi

vm --kernel 1.2.3 -- true
is "an unknown kernel is status 97" "$status" 97

scripts/vm --kernel "$kernel" -- sleep 1000 >/dev/null 2>&1 & one=$!
sleep 3
left=$(pgrep -P "$one" timeout || :)
SECONDS=0
kill "$one"
wait "$one" || :
ok "a killed runner ends at once" [ "$SECONDS" -lt 5 ]
ok "a guest was there to kill" test -n "$left"
not_ok "a killed runner leaves no guest behind" kill -0 "${left:-$$}"

ok "a bad module is built" bad_build
bad warn
is "a warning that it causes is status 99" "$status" 99
ok "... for the test, too" grep -q '^@end .* 99$' "$dir/stdout"
ok "... with its trace" grep -q "mapi_bad_init" "$dir/stdout"
if [[ $kernel = *debug ]]; then
	bad nothing
	is "it may do nothing" "$status" 0
	bad write
	is "that it writes where it may not is noticed" "$status" 99
	ok "... as such" grep -q 'KASAN: slab-out-of-bounds in mapi_bad_write' "$dir/stdout"
	bad sleep
	is "that it sleeps with a spinlock is noticed" "$status" 99
	ok "... as such" grep -q 'BUG: scheduling while atomic' "$dir/stdout"
	bad leak
	is "that it leaks memory is noticed" "$status" 99
	ok "... at the end" grep -q '^@end .* 0$' "$dir/stdout"
	ok "... and where it was is told" grep -q ' 0x.* mapi_bad+0x' "$dir/stderr"
else
	skip "leaks and other faults are noticed" "only the debug kernels do"
fi

ktap_end
