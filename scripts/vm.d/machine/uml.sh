# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/vm
#
# User-mode Linux: the kernel is a program, and its processes are processes of
# this machine. Files come over hostfs; ports are its serial lines, and the
# console is a file. See qemu.sh for what is defined here.
machine_tools=()

machine_check()
{
	[ "${smp:-1}" = 1 ] || die "user-mode Linux has one processor: no --smp $smp"
	[ -z "$icount" ] || die "user-mode Linux runs at native speed: no --icount"
}

# It tells init of its own arguments those that it does not know itself.
machine_set()
{
	local tmp=()

	# Its memory is a file, which it puts on a tmpfs if nothing is said.
	if [ "$(df --output=avail -B1 /dev/shm 2>/dev/null | tail -n 1)" -lt \
	     "$(numfmt --from=iec "${mem%[Bb]}")" ] 2>/dev/null; then
		tmp=(TMPDIR="${TMPDIR:-/tmp}")
	fi
	# shellcheck disable=SC2054,SC2206 # its commas; words are wanted
	machine=(env -u TMPDIR -u TMP -u TEMP "${tmp[@]}"
		 "$image" "mem=$mem" "initrd=$initrd" noreboot
		 "uml_dir=$run/uml" umid=guest con=null con0=null,fd:6
		 ssl=null ssl1=null,fd:3 ssl2=null,fd:4 ssl3=null,fd:5
		 "mapi_run=\"$share\"" $cmdline)
}

machine_ports()
{
	ulimit -c 0
	exec 3>"$run/stdout" 4>"$run/stderr" 5>>"$run/status" 6>>"$run/console.log"
}

machine_ask()
{
	:
}
