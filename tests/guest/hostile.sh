#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hostile packets through all functions: no complaint of the kernel, and all sums hold.
#
#   PACKETS	how many, 300,000 if not set
#   SEED	of what is random, printed
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)
ktap_begin
diag "SEED=$seed"
program hostile "$dir/fifo" "${PACKETS:-300000}" "$seed" "$dir"
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
