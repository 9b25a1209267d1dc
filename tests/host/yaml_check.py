#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compare uapi/mapi.yaml with uapi/linux/mapi.h, or check it in itself.

usage: yaml_check.py header|references
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
HEADER = TOP / "uapi" / "linux" / "mapi.h"
SPEC = TOP / "uapi" / "mapi.yaml"

# Not netlink: the layout of what a flow descriptor maps, and of what is in a blob, and
# the family's version.
LAYOUT = re.compile(r"MAPI_(FAMILY_VERSION|RESULT_MAGIC|RESULT_VERSION|RING_.*|REC_F_.*|"
                    r"REGEXP_.*|TRACE_.*)$")
# Ends of enums, which a specification does not name.
ENDS = re.compile(r"(__MAPI_.*|MAPI_(CMD|A_[A-Z]+)_UNSPEC|MAPI_LOSS_NR)$")


def c_upper(name):
    return name.upper().replace("-", "_")


def entries(definition):
    """Names and values of an enum or flags type."""
    value = definition.get("value-start", 0)
    for entry in definition["entries"]:
        if isinstance(entry, dict):
            value = entry.get("value", value)
            name = entry["name"]
        else:
            name = entry
        yield name, 1 << value if definition["type"] == "flags" else value
        value += 1


def members(items):
    """Names and values of attributes or operations."""
    value = 0
    for item in items:
        value = item.get("value", value + 1)
        yield item["name"], value


def spec_values(spec):
    values, tags = {}, {}
    family = c_upper(spec["name"])

    def add(prefix, pairs, tag=None):
        for name, value in pairs:
            name = c_upper(prefix + name)
            if name in values:
                sys.exit(f"{name} twice in mapi.yaml")
            values[name] = value
            if tag:
                tags[name] = tag.replace("-", "_")

    for definition in spec["definitions"]:
        if definition["type"] == "const":
            add(f"{family}_", [(definition["name"], definition["value"])])
        else:
            add(f"{family}_{definition['name']}_", entries(definition))
    for attrs in spec["attribute-sets"]:
        if "subset-of" not in attrs:
            add(attrs["name-prefix"], members(attrs["attributes"]), attrs["enum-name"])
    ops = spec["operations"]
    add(ops["name-prefix"], members(ops["list"]), ops["enum-name"])
    return values, tags


def header_names():
    """Every number the header names, and the enum each one stands in."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    tags = {}
    for tag, body in re.findall(r"\benum (\w+) \{(.*?)\};", text, flags=re.S):
        for name in re.findall(r"\b(\w+)\s*(?:=[^,]*)?(?:,|$)", body.strip()):
            tags[name] = tag
    for name, value in re.findall(r"^#define (MAPI_\w+)[ \t]+(\S.*)$", text, flags=re.M):
        if not value.startswith(('"', "(__MAPI_")):
            tags[name] = None
    return {n: t for n, t in tags.items() if not ENDS.match(n) and not LAYOUT.match(n)}


def header_values(names):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "values.c"
        source.write_text(
            "#include <stdio.h>\n#include <linux/mapi.h>\nint main(void)\n{\n"
            + "".join(f'\tprintf("{n} %lld\\n", (long long)({n}));\n' for n in names)
            + "\treturn 0;\n}\n")
        program = source.with_suffix("")
        subprocess.run(["cc", "-I", str(HEADER.parent.parent), "-o", str(program), str(source)],
                       check=True)
        out = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    return {n: int(v) for n, v in map(str.split, out.splitlines())}


def check_header(spec):
    errors = []
    values, enum_names = spec_values(spec)
    tags = header_names()
    in_header = header_values(tags)
    for name in values.keys() | in_header.keys():
        if name not in in_header:
            errors.append(f"{name} is not in mapi.h")
        elif name not in values:
            errors.append(f"{name} is not in mapi.yaml")
        elif values[name] != in_header[name]:
            errors.append(f"{name} is {in_header[name]} in mapi.h, {values[name]} in mapi.yaml")
        elif name in enum_names and enum_names[name] != tags[name]:
            errors.append(f"{name} is in enum {tags[name]}, not {enum_names[name]}")

    group = re.search(r'MAPI_MCGRP_EVENTS\s+"(.*)"', HEADER.read_text()).group(1)
    if [g["name"] for g in spec["mcast-groups"]["list"]] != [group]:
        errors.append("multicast groups differ")
    family = re.search(r'MAPI_FAMILY_NAME\s+"(.*)"', HEADER.read_text()).group(1)
    if spec["name"] != family:
        errors.append("family names differ")
    return errors


def check_references(spec):
    """Whatever is named must be defined."""
    errors = []
    sets = {s["name"]: {a["name"]: a for a in s["attributes"]} for s in spec["attribute-sets"]}
    defs = {d["name"]: d["type"] for d in spec["definitions"]}
    ops = {o["name"] for o in spec["operations"]["list"]}
    groups = {g["name"] for g in spec["mcast-groups"]["list"]}

    def known(what, name, where):
        if name not in where:
            errors.append(f"{what}: {name} is not defined")

    for attrs in spec["attribute-sets"]:
        parent = attrs.get("subset-of")
        if parent:
            known(attrs["name"], parent, sets)
        for attr in attrs["attributes"]:
            what = f"{attrs['name']}.{attr['name']}"
            if parent:
                known(what, attr["name"], sets[parent])
            elif "type" not in attr:
                errors.append(f"{what}: no type")
            if attr.get("type") == "nest" or "nested-attributes" in attr:
                known(what, attr.get("nested-attributes"), sets)
            if "enum" in attr:
                known(what, attr["enum"], defs)
                if attr.get("enum-as-flags", False) != (defs.get(attr["enum"]) == "flags"):
                    errors.append(f"{what}: enum-as-flags and the type of {attr['enum']} differ")
            for check in attr.get("checks", {}).values():
                if isinstance(check, str):
                    known(what, check, defs)

    for op in spec["operations"]["list"]:
        if "notify" in op:
            known(op["name"], op["notify"], ops)
            known(op["name"], op.get("mcgrp"), groups)
            continue
        known(op["name"], op["attribute-set"], sets)
        for kind in ("do", "dump"):
            for part in op.get(kind, {}).values():
                for attr in part["attributes"]:
                    known(op["name"], attr, sets[op["attribute-set"]])
    return errors


def main():
    checks = {"header": check_header, "references": check_references}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        sys.exit(__doc__.strip())
    errors = checks[sys.argv[1]](yaml.safe_load(SPEC.read_text()))
    if errors:
        sys.exit("\n".join(sorted(errors)))


main()
