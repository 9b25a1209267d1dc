# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # logs is set by run.sh
#
# Test files in guests of one kernel: those that can share one go into the same
# guest, one after the other, but are dealt out to some guests, which run at the
# same time if they may. After a death or a complaint of the kernel the remaining
# ones get a fresh guest.

guests=4

# Sets shared and alone to the files that are to run on a kernel.
guests_choose()	# kernel files...
{
	local kernel=$1 f

	shift
	shared=() alone=()
	for f; do
		guests_listed "$kernel" "$f" || continue
		guests_can "$kernel" "$f" || continue
		if [[ ${f##*/} == solo_* ]] || [ -n "$(guests_options "$f")" ]; then
			alone+=("$f")
		else
			shared+=("$f")
		fi
	done
}

# Starts the guests of a kernel, each as a job.
guests_start()	# kernel files...
{
	local kernel=$1 shared alone i j part

	mkdir -p "$logs/$kernel"
	guests_choose "$@"
	for ((i = 0; i < guests && i < ${#shared[@]}; i++)); do
		part=()
		for ((j = i; j < ${#shared[@]}; j += guests)); do
			part+=("${shared[j]}")
		done
		job guests_run "$kernel" "$((i + 1))" "${part[@]}"
	done
	for ((i = 0; i < ${#alone[@]}; i++)); do
		job guests_run "$kernel" "$((guests + 1 + i))" "${alone[i]}"
	done
}

# One such job: guest NUMBER, and those that take over from it.
guests_run()	# kernel number files...
{
	local kernel=$1 number=$2 guest=0

	shift 2
	trap 'kill $(jobs -p) 2>/dev/null || :' EXIT
	[ "$kernel" != debug ] || SLOW=$((${SLOW:-1} * 4))
	guests_share "$kernel" "$@"
}

# Is a test to be run on that kernel? All are that no list is for.
guests_listed()	# kernel file
{
	local names

	[ -n "$LIST" ] || return 0
	names=$(sed -n "s/^$1: *//p" "$LIST")
	[ -n "$names" ] || return 0
	grep -qwF -- "$(basename "$2" .sh)" <<<"$names"
}

# Is a test for that kernel? If not, that is reported.
guests_can()	# kernel file
{
	local why log

	why=$(sed -n "s/^# not on ${1%-debug}: *//p" "$2" | head -n 1)
	[ -n "$why" ] || return 0
	log=$(guests_log "$1" "$2")
	echo "1..0 # SKIP $why" >"$log"
	report "$1/$(basename "$2" .sh)" 77 0 "$log"
	return 1
}

# The options of scripts/vm a test asks for.
guests_options()	# file
{
	sed -n 's/^# vm: *//p' "$1" | head -n 1
}

# Runs files in one guest if that lasts, in more if not. guest counts them.
guests_share()	# kernel files...
{
	local kernel=$1 limit f stillborn=0 stumbles=0 started begun log status dir options

	shift
	while [ $# -gt 0 ]; do
		guest=$((guest + 1))
		dir=$logs/$kernel/guest-$number-$guest
		mkdir -p "$dir"
		limit=180
		for f; do
			limit=$((limit + $(test_timeout "$f") + 20))
		done
		read -ra options < <(guests_options "$1") || :
		status=0
		mkfifo "$dir/stream"
		guests_listen "$kernel" "$dir" <"$dir/stream" &
		scripts/vm --kernel "$kernel" --timeout "$limit" --out "$dir" \
			${options[@]+"${options[@]}"} -- \
			env SLOW="${SLOW:-1}" tests/lib/in_guest.sh "$@" \
			>"$dir/stream" 2>"$dir/vm.log" &
		wait $! || status=$?
		wait
		rm -f "$dir/stream"

		# What was begun and not ended died with its guest.
		started=$(cat "$dir/started" 2>/dev/null || :)
		if [ "$status" = 95 ] && [ "$stumbles" -lt 3 ]; then
			stumbles=$((stumbles + 1))
			started=''
		elif [ -n "$started" ]; then
			begun=$(cat "$dir/begun")
			log=$(guests_log "$kernel" "$started")
			guests_news "$dir" >>"$log"
			[ "$status" != 0 ] || status=98
			report "$kernel/$(basename "$started" .sh)" "$status" \
				$((SECONDS - begun)) "$log"
			stillborn=0
		elif [ ! -s "$dir/done" ]; then
			stillborn=$((stillborn + 1))
		else
			stillborn=0
			# The kernel complained when its last test was over.
			if [ "$status" != 0 ] && ! grep -q ' 99$' "$dir/done"; then
				log=$dir.log
				guests_news "$dir" >"$log"
				report "$kernel/end of ${dir##*/}" "$status" 0 "$log"
			fi
		fi
		if [ "$stillborn" = 2 ] || [ "$status" = 97 ]; then
			for f; do
				log=$(guests_log "$kernel" "$f")
				guests_news "$dir" >"$log"
				report "$kernel/$(basename "$f" .sh)" "$status" 0 "$log"
			done
			return 0
		fi
		while [ $# -gt 0 ] &&
		      { [ "$1" = "$started" ] || grep -qs "^$1 " "$dir/done"; }; do
			shift
		done
	done
}

guests_log()	# kernel file
{
	echo "$logs/$1/$(basename "$2" .sh).log"
}

# What the runner had to say, as diagnostics.
guests_news()	# dir
{
	tail -n 60 "$1/vm.log" | sed 's/^/# /'
}

# Takes apart what in_guest.sh says, and reports each file when it ends.
guests_listen()	# kernel dir
{
	local kernel=$1 dir=$2 line verb file status begun log=/dev/null

	while IFS= read -r line; do
		read -r verb file status <<<"$line" || :
		case $verb in
		@start)
			log=$(guests_log "$kernel" "$file")
			: >"$log"
			begun=$SECONDS
			echo "$begun" >"$dir/begun"
			echo "$file" >"$dir/started" ;;
		@end)
			report "$kernel/$(basename "$file" .sh)" "$status" \
				$((SECONDS - begun)) "$log"
			echo "$file $status" >>"$dir/done"
			rm -f "$dir/started"
			log=/dev/null ;;
		*)
			printf '%s\n' "$line" >>"$log" ;;
		esac
	done
}
