#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a program maps of a flow: what must be read-only is, and what it may
# write harms only itself.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
own_network "$0"

pair_up
ktap_begin
program mappings v0 v1
is "mappings that are gone hold no flow" "$("$programs/nl_account" 0 idle)" "0 0"
program ring_index v0 v1
is "everything is given back" "$("$programs/nl_account" 0 idle)" "0 0"
is "by the other user, too" "$("$programs/nl_account" 12345 idle)" "0 0"
ktap_end
