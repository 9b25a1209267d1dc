#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites of kmod/tests, which run when mapi_kunit.ko is loaded: what
# they say in the kernel's log is said again, one result for each case.
#
#   SEED	of what is random; the cases print it
#   PERCENT	how long what is random goes on (100)
#
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

if [ ! -d /sys/module/kunit ] && ! modprobe -q kunit; then
	skip_all "this kernel has no KUnit"
fi

# Suites are not indented, their cases are by four.
suite='' cases=0 planned=0 suites=0

case_ended()	# pass|fail line
{
	local name=${2#*ok }

	cases=$((cases + 1))
	name=${name#* }
	case $name in
	*' # SKIP'*)	skip "$suite: ${name%% # SKIP*}" "${name#*# SKIP }" ;;
	*)		"$1" "$suite: $name" ;;
	esac
}

suite_ended()
{
	suites=$((suites + 1))
	[ "$cases" = "$planned" ] ||
		fail "$suite runs to its end" "$cases of $planned cases"
	cases=0 planned=0 suite=''
}

ktap_begin
ok "the tests are loaded" modprobe mapi_kunit "seed=${SEED:-0}" "percent=${PERCENT:-100}"
while IFS= read -r line; do
	case $line in
	'    # Subtest: '*)	suite=${line#*: } ;;
	'    1..'*)		planned=${line#*..} ;;
	'    ok '*)		case_ended pass "$line" ;;
	'    not ok '*)		case_ended fail "$line" ;;
	'ok '* | 'not ok '*)	suite_ended ;;
	'    KTAP '* | '    # module: '* | '# '*) ;;
	*)			[ -z "$suite" ] || diag "${line#    # }" ;;
	esac
done < <(dmesg --notime)
is "all suites have run" "$suites" "$(find kmod/tests -name '*_test.c' | wc -l)"
ok "the tests are removed" modprobe -r mapi_kunit
ktap_end
