#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libmapi as far as it needs no kernel module: its header in every dialect of C
# and C++, its insides, what it exports, installs and documents.
# timeout: 900
# shellcheck disable=SC2317 # ok calls functions by name
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

src=tests/host/libmapi
tmp=$(mktemp -d)
objects=$tmp/build
root=$tmp/root
functions_page=$root/usr/share/man/man7/mapi-functions.7

compilers()	# names...
{
	local name

	for name; do
		if command -v "$name" >/dev/null; then
			echo "$name"
		fi
	done
}

# Compiles for each dialect, in each order of headers, with all warnings; with
# -pedantic as a system header, which it is once installed.
header()	# compiler language dialect...
{
	local cc=$1 language=$2 dialect order flags pedantic

	shift 2
	pedantic=(-pedantic -isystem libmapi
		-Wno-pointer-arith -Wno-local-type-template-args)
	for dialect; do
		flags=(-x "$language" "-std=$dialect" -O2 -Wall -Wextra -Werror
			-Ilibmapi)
		ok "mapi.h in $dialect ($cc)" "$cc" "${flags[@]}" \
			"${pedantic[@]}" -fsyntax-only "$src/api.c"
		for order in FIRST LAST; do
			ok "mapi.h in $dialect, other headers ${order,,} ($cc)" \
				"$cc" "${flags[@]}" "-DHEADERS_$order" \
				-D_DEFAULT_SOURCE -isystem uapi -fsyntax-only "$src/api.c"
		done
		[ "$dialect" != c90 ] || continue
		ok "arguments counted in $dialect ($cc)" \
			"$cc" "${flags[@]}" "${pedantic[@]}" \
			"$src/signature.c" -o "$tmp/signature"
		ok "arguments counted right in $dialect ($cc)" "$tmp/signature"
	done
}

unit_tests()	# flags...
{
	gcc -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -Wno-error=tsan \
		"$@" -Ilibmapi -Iuapi "$src"/unit*.c "$src/fake.c" libmapi/*.c \
		-lmnl -lpcap -lz -pthread -o "$tmp/unit"
}

# Prints the system calls between the test's two marks.
traced()
{
	strace -o "$tmp/trace" "$tmp/unit" no_syscalls &&
		[ "$(grep -c getppid "$tmp/trace")" = 2 ] &&
		sed '1,/getppid/d; /getppid/,$d' "$tmp/trace"
}

exported()
{
	nm -D --defined-only "$root/usr/lib/libmapi.so" |
		awk '$2 == "T" { sub("@.*", "", $3); print $3 }' | sort
}

calls_of_map()
{
	sed -n 's/^\t\(mapi_.*\);/\1/p' libmapi/libmapi.map | sort
}

# Functions of mapi.h with their prototypes, without the macros' helpers.
calls_of_header()
{
	cpp -std=c90 -Ilibmapi libmapi/mapi.h | tr '\n' ' ' |
		grep -oE '\bmapi_[a-z_]+ ?\(' | tr -d ' (' | sort -u
}

# Builds a program with what pkg-config says about the installed library.
with_pkg_config()	# --static | ''
{
	local flags

	flags=$(PKG_CONFIG_PATH=$root/usr/lib/pkgconfig \
		PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
		pkg-config ${1:+"$1"} --cflags --libs libmapi) || return
	# The flags are words.
	# shellcheck disable=SC2086
	gcc ${1:+"$1"} -x c "$src/api.c" -x none $flags -o "$tmp/program"
}

documented()	# call
{
	grep -q "^\.BI \"[^\"]*\b$1(" libmapi/man/libmapi.3
}

# A section of its own, with all that there is to say.
has_section()	# function
{
	local section

	section=$(sed -n "/^\.SS $1 (/,/^\.S[SH] /p" "$functions_page" | sed 1d)
	for label in Result Errors Cost 'Truncated packets'; do
		grep -q "^\.B $label$" <<<"$section" || return
	done
}

clean_page()	# page
{
	[ -z "$(LC_ALL=C.UTF-8 groff -man -Tutf8 -ww -z "$1" 2>&1)" ]
}

ktap_begin

for cc in $(compilers gcc clang); do
	header "$cc" c c90 gnu89 c99 gnu99 c11 gnu17
done
for cc in $(compilers g++ clang++); do
	header "$cc" c++ c++98 c++11 c++14 c++17 c++20
done

ok "unit tests build" unit_tests
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	is "reading makes no system calls" "$(traced)" ""
else
	skip "reading makes no system calls" "strace does not work here"
fi
for name in $("$tmp/unit"); do
	ok "unit: $name" "$tmp/unit" "$name"
done
for sanitizer in address,undefined thread; do
	if unit_tests "-fsanitize=$sanitizer" 2>/dev/null; then
		for name in $("$tmp/unit"); do
			ok "unit: $name, sanitizer $sanitizer" "$tmp/unit" "$name"
		done
	else
		skip "unit tests, sanitizer $sanitizer" "not installed"
	fi
done

ok "builds" make -C libmapi O="$objects"
ok "installs" make -C libmapi O="$objects" install DESTDIR="$root"
for file in include/mapi.h include/mapi/errors.h include/mapi/names.h \
	    include/mapi/varargs.h lib/libmapi.so.1.0.0 lib/libmapi.so.1 \
	    lib/libmapi.so lib/libmapi.a lib/pkgconfig/libmapi.pc \
	    share/man/man3/libmapi.3 share/man/man3/mapi_connect.3 \
	    share/man/man7/mapi.7 share/man/man7/mapi-functions.7; do
	ok "installs $file" test -e "$root/usr/$file"
done
is "soname" libmapi.so.1 "$(objdump -p "$root/usr/lib/libmapi.so" |
	awk '$1 == "SONAME" { print $2 }')"
is "exports what the map says" "$(exported)" "$(calls_of_map)"
is "exports what the header declares" "$(exported)" "$(calls_of_header)"
ok "links with pkg-config" with_pkg_config ''
if [ -e "$(gcc -print-file-name=libpcap.a)" ] &&
   [ -e "$(gcc -print-file-name=libmnl.a)" ]; then
	ok "links statically with pkg-config" with_pkg_config --static
else
	skip "links statically with pkg-config" "no static libpcap and libmnl"
fi
for example in worm worm2; do
	ok "example $example builds" test -x "$objects/examples/$example"
done
ok "make clean" make -C libmapi O="$objects" clean
not_ok "make clean leaves nothing" test -e "$objects"

for call in $(calls_of_map); do
	ok "libmapi.3 documents $call" documented "$call"
done
sed -n 's/^\t\.name\t*= "\(.*\)",$/\1/p' funcmods/*.c >"$tmp/functions"
while read -r function; do
	ok "mapi-functions.7 documents $function" has_section "$function"
done <"$tmp/functions"
if command -v groff >/dev/null; then
	for page in libmapi/man/*.[378] "$functions_page"; do
		ok "${page##*/} is clean" clean_page "$page"
	done
else
	skip "man pages are clean" "no groff"
fi

rm -rf "$tmp"
ktap_end
