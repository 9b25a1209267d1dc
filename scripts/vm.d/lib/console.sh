# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # here, run, kver, ...: variables of scripts/vm
#
# What became of the guest: its status, its console, and its machine's.

console_complaints='(^|[]] )(BUG|WARNING): |INFO: (possible|suspicious|trying to register|task |rcu)|Oops|int3: 0000|(KASAN|KFENCE|UBSAN|KCSAN): |kmemleak: [1-9]|unregister_netdevice: waiting|rcu.*(stall|self-detected)|soft lockup|hard LOCKUP|blocked for more than|hung.task|Kernel panic|general protection fault|kernel NULL pointer|refcount_t: |list_(add|del) corruption|stack-protector|ODEBUG|ref_tracker: '

# Taint bits a healthy run never sets: bad page, died, warned, soft lockup.
console_taint=$((1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))

console_complained()
{
	grep -aqE "$console_complaints" "$run/console.log"
}

# Sets status to what the runner is to exit with, and says why.
console_verdict()
{
	local verb value taint

	status='' taint=0
	while read -r verb value taint; do
		[ "$verb" != exit ] || status=$value
	done <"$run/status"

	if accel_stumbled; then
		console_show complaint "the emulator stumbled; run it again:"
		status=95
	elif [ -e "$run/asked" ]; then
		console_show end "the time of $limit s is up; where it is:" 150
		status=124
	elif console_complained ||
	   [ $((${taint:-0} & console_taint)) != 0 ]; then
		console_show complaint "the kernel complained (status of the command: ${status:-none}):"
		status=99
	elif [ -n "$status" ]; then
		:
	elif [ "$code" = 124 ] || [ "$code" = 137 ]; then
		console_show end "the time of $limit s is up; last lines of the console:"
		status=124
	elif booted; then
		console_show end "the guest died; last lines of the console:"
		status=98
	else
		console_show end "the guest did not boot; last lines of the console:"
		status=98
	fi
}

console_show()	# complaint|end headline [lines]
{
	local first=1

	{
		echo "vm: kernel $kver: $2"
		if [ "$1" = complaint ]; then
			first=$(grep -naE -m1 "$console_complaints" "$run/console.log" | cut -d: -f1)
			tail -n "+${first:-1}" "$run/console.log" | head -n 150
		else
			tail -n "${3:-30}" "$run/console.log"
			cat "$run/machine.log"
		fi | tr -d '\r\000'
	} >&2
}
