# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Users other than root, and what they hold.

# shellcheck disable=SC2034,SC2154 # those who source this use and set them
nobody=65534
somebody=12345

# They can reach what we built, wherever it lies: in a guest, whose folders these
# are, and for as long as it lives.
folder=$PWD
while [ "$folder" != / ]; do
	chmod a+x "$folder"
	folder=$(dirname "$folder")
done

# Runs a command as a user without any rights.
as_user()	# uid command...
{
	local uid=$1

	shift
	setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all "$@"
}

# Runs a command as a user with one capability.
as_user_with()	# capability uid command...
{
	local cap=$1 uid=$2

	shift 2
	setpriv --reuid "$uid" --regid "$uid" --clear-groups \
		--inh-caps="-all,+$cap" --ambient-caps="-all,+$cap" "$@"
}

# What a user has: "FLOWS BYTES".
account()	# uid
{
	"$programs/nl_account" "$1"
}

back_to_zero()	# name uid
{
	is "$1" "$("$programs/nl_account" "$2" idle)" "0 0"
}

declare -A holders
holders_nr=0

# A user with CAP_NET_RAW makes flows and keeps them until let_go. What came of
# it is in $held: the number of flows, the error's number and text. There must
# be a folder $dir.
hold()	# uid number device [function [argument...]]
{
	local uid=$1 pipe in out

	shift
	holders_nr=$((holders_nr + 1))
	pipe=$dir/hold.$holders_nr
	mkfifo "$pipe"
	exec {out}< <(as_user_with net_raw "$uid" "$programs/hold" "$@" <"$pipe" 2>&1)
	exec {in}>"$pipe"
	holders[$uid]+=" $!:$in"
	read -r held <&"$out"
	exec {out}<&-
	rm "$pipe"
}

let_go()	# uid
{
	local each in

	for each in ${holders[$1]:-}; do
		in=${each#*:}
		echo >&"$in"
		exec {in}>&-
		wait "${each%:*}"
	done
	unset "holders[$1]"
}
