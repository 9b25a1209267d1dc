#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Damaged traces through functions that look into packets: no complaint of the kernel,
# and what is in front of the damage is counted.
#
#   FILES	how many, 150 if not set
#   SEED	of what is random, printed
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)

ktap_begin
diag "SEED=$seed"
rows_of python3 tests/lib/damaged.py "$dir" "$seed" "${FILES:-150}"
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
