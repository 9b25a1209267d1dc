#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Filters read the packet, and nothing else. The memory is of a size with which
# offsets that wrap would lead where nothing is.
# vm: --mem 2560M
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
own_network "$0"

ktap_begin
pair_up
ip link set v0 mtu 4000
ip link set v1 mtu 4000
program nl_bpf v0 v1
program nl_bpf_random v0 v1
ktap_end
