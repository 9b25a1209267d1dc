# SPDX-License-Identifier: GPL-2.0
"""leaks.py MODULES <REPORT: those objects of kmemleak's report that are ours.

Ours is what has a mapi function or module in its backtrace, or an address that
has no name: see leaks.sh. In MODULES are lines "ADDRESS SIZE MODULE TEST".
Status 0 if there are any, 1 if not.
"""
import re
import sys

MOST = 10	# objects shown


def modules(path):
    try:
        with open(path) as lines:
            for line in lines:
                address, size, name, test = line.split()
                yield int(address, 16), int(size), name, test
    except FileNotFoundError:
        return


def objects(report):
    """Each begins with a line of its own; what belongs to it is indented."""
    text = ''
    for line in report:
        if text and not line.startswith(' '):
            yield text
            text = ''
        text += line
    if text:
        yield text


def named(line, known):
    """A line of a backtrace, with the modules that have been at its address."""
    match = re.match(r'\s+0x([0-9a-f]+)$', line.rstrip())
    if not match:
        return line
    address = int(match.group(1), 16)
    places = {f'{name}+{address - at:#x} ({test})' for at, size, name, test in known
              if at <= address < at + size}
    return f'{line.rstrip()} {", ".join(sorted(places)) or "a module"}\n'


def ours(text):
    return re.search(r'^\s+(\S*mapi|\S+ \[mapi|0x[0-9a-f]+$)', text, re.M)


known = list(modules(sys.argv[1]))
found = [text for text in objects(sys.stdin) if ours(text)]
if not found:
    sys.exit(1)
print(f'kmemleak: {len(found)} objects of ours have leaked:')
for text in found[:MOST]:
    print(''.join(named(line, known) for line in text.splitlines(True)), end='')
