#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The contract exists three times: as C header, as netlink specification, and
# as policy tables in the kernel. All three must say the same.
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

# The one that has the package python3-yaml.
python=/usr/bin/python3

"$python" -c 'import yaml' 2>/dev/null || skip_all "no python3-yaml"

ktap_begin
ok "the specification names only what it defines" \
	"$python" tests/host/yaml_check.py references
ok "names and numbers are those of linux/mapi.h" \
	"$python" tests/host/yaml_check.py header
ok "the policy tables are made from the specification" \
	"$python" scripts/gen-policy --check
ktap_end
