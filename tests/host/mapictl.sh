#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What mapictl does without the kernel: help, version, and saying what is wrong
# with a command line. tests/guest/mapictl.sh does the rest.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/mapictl.sh
. tests/lib/mapictl.sh

[ -x "$mapictl" ] || skip_all "no mapictl; run make lib"
dir=$(mktemp -d)

ktap_begin

for words in "" device "device list" "device show" "device set" \
	     function "function list" "function show" \
	     flow "flow list" "flow show" "flow add" "flow del" \
	     result watch monitor \
	     limit "limit show" "limit set" "limit reset" explain audit version help; do
	read -ra args <<<"$words" || :
	helps ${args[@]+"${args[@]}"}
done
is "--help is help" "$("$mapictl" --help)" "$("$mapictl" help)"
is "an object may be shortened" "$("$mapictl" dev help)" "$("$mapictl" device help)"

json "version is JSON" 'has("version")' version
is "-V is version" "$("$mapictl" -V)" "$("$mapictl" version)"
is "-p breaks lines" "$("$mapictl" -jp version | wc -l)" 3

refuses 2 "no object"			'an object is wanted'
refuses 2 "an unknown object"		'use device, function, flow' bogus
refuses 2 "an ambiguous object"		'ambiguous: function or flow' f
refuses 2 "an unknown command"		'use list, show or set' device bogus
refuses 2 "an unknown short option"	'option -x is unknown' -x
refuses 2 "an unknown long option"	'option --bogus is unknown' --bogus
refuses 2 "words behind version"	'version takes no words' version 1
refuses 2 "words behind a list"		'one word too many' device list v0
refuses 2 "two devices"			'one word too many' device show v0 v1
refuses 2 "an endless name of a device"	'cannot be the name of a device' \
	device show "$(printf 'x%.0s' {1..64})"
refuses 2 "two devices to explain"	'use cost' explain v0 v1
refuses 2 "no time for costs"		'is no time' explain v0 cost 0
refuses 2 "too long a time"		'is no time' explain v0 cost 31
refuses 2 "words behind that"		'one word too many' explain v0 cost 1 2
refuses 2 "an empty name to explain"	'cannot be the name of a device' explain ''
refuses 2 "two flows to audit"		'one word too many' audit v0 v1
refuses 2 "an empty name to audit"	'cannot be the name of a device or flow' audit ''
refuses 2 "no device to set"		'word is missing' device set
refuses 2 "nothing to set"		'add: mode MODE, tstamp CLOCK or shadow N' device set v0
refuses 2 "an unknown setting"		'use mode, tstamp or shadow' device set v0 speed 1
refuses 2 "a setting without value"	'missing behind "mode"' device set v0 mode
refuses 2 "an unknown mode"		'use tap, ingress or consume' device set v0 mode x
refuses 2 "an unknown clock"		'use software or hardware' device set v0 tstamp x
refuses 2 "a shadow that is no number"	'shadow wants a number' device set v0 shadow x
refuses 2 "no function to show"		'word is missing' function show
refuses 2 "an empty function"		'cannot be the name of a function' function show ''
refuses 2 "no flow to delete"		'add its name or id' flow del
refuses 2 "an id that is too large"	'not the id of a flow' flow show 4294967296
refuses 2 "a name of digits"		'begin with a letter' flow add 0815 dev v0
refuses 2 "a name with a blank"		'letters, digits' flow show 'a b'
refuses 2 "an empty name"		'1 to 31 bytes' flow show ''
refuses 2 "a name of 32 bytes"		'1 to 31 bytes' flow del "$(printf 'x%.0s' {1..32})"
refuses 2 "a flow without name"		'wants a name' flow add
refuses 2 "a flow without device"	'add: dev DEVICE' flow add web
refuses 2 "dev without device"		'missing behind "device"' flow add web dev
refuses 2 "an empty device"		'cannot be the name of a device' flow add web dev ''
refuses 2 "an unknown direction"	'use in, out or both' flow add web dev v0 dir up
refuses 2 "promisc without on or off"	'use on or off' flow add web dev v0 promisc x
refuses 2 "an unknown option"		'use device, direction or promisc' flow add web dev v0 x y
refuses 2 "no function"			'not the name of a function' flow add web dev v0 42
refuses 2 "no flow for result"		'add its name or id' result
refuses 2 "no flow to watch"		'add its name or id' watch
refuses 2 "an interval of 0"		'from 0.01 on' watch web interval 0
refuses 2 "a negative interval"		'from 0.01 on' watch web interval -1
refuses 2 "an interval of nonsense"	'from 0.01 on' watch web interval 1.2.3
refuses 2 "a count of 0"		'from 1 on' watch web count 0
refuses 2 "an unknown option of watch"	'use interval or count' watch web often
refuses 2 "words behind monitor"	'one word too many' monitor all
refuses 2 "limits of nobody"		'user USER or default' limit set
refuses 2 "limits of an unknown kind"	'use user or default' limit set group x
refuses 1 "limits of no user"		'there is no user' limit set user no-such-user flows 1
refuses 2 "no limit to set"		'add: flows N or memory SIZE' limit set default
refuses 2 "flows that are no number"	'no number of 32 bits' limit set default flows 4294967296
refuses 2 "flows below 0"		'no number of 32 bits' limit set default flows -1
refuses 2 "memory with a strange unit"	'no size' limit set default memory 1Q
refuses 2 "memory beyond 64 bits"	'no size' limit set default memory 16777216T
refuses 2 "resetting the default"	'use user' limit reset default
refuses 2 "words behind reset"		'one word too many' limit reset user root now

if [ -d /sys/module/mapi ]; then
	skip "without the module it says what to do" "mapi.ko is loaded"
else
	refuses 1 "without the module it says what to do" 'load mapi.ko: modprobe mapi' \
		flow list
	refuses 1 "also with -j, and no JSON" 'load mapi.ko' -j device show
fi

ok "a full disk is noticed" bash -c "! $mapictl help >/dev/full 2>/dev/null"
not_ok "the page is free of warnings" grep . <(groff -ww -man -Tutf8 \
	-rCHECKSTYLE=3 libmapi/man/mapictl.8 2>&1 >/dev/null)
for words in "device set" "flow add" "flow del" "limit reset" watch monitor result explain audit; do
	ok "the page explains $words" grep -q "mapictl $words" libmapi/man/mapictl.8
done
rm -r "$dir"
ktap_end
