# SPDX-License-Identifier: GPL-2.0
"""Random regular expressions, frames in which they match or nearly do, and refusals.

What is right is what Python's re says. It has other words for a few things, and
tries one way after the other, which may take for ever: such patterns are left out.
"""
import re
import signal

LETTERS = b"abcdAB01 _\n\r\t\x00\xff/."
REFUSED = [         # (pattern, what the text must hold)
    (r"(a)\1", "back-references"),
    (r"(?P<n>a)(?P=n)", "back-reference"),
    (r"(?<n>a)\k<n>", "back-references"),
    (r"(a)\g{1}", "back-references"),
    ("a(?=b)", "look-ahead"),
    ("a(?!b)", "look-ahead"),
    ("(?<=a)b", "look-behind"),
    ("(?<!a)b", "look-behind"),
    ("(?>a+)b", "atomic"),
    ("a(?(1)b|c)", "condition"),
    ("a(?R)?b", "recursion"),
    ("(a(?1)?b)", "recursion"),
    ("(?<n>a(?&n)?b)", "recursion"),
    ("(a)(?P>n)", "recursion"),
    ("a++b", "possessive"),
    ("a*+b", "possessive"),
    ("a{1,2}+b", "possessive"),
    (r"\bfoo", "word boundaries"),
    (r"foo\B", "word boundaries"),
    (r"a\Kb", "not supported"),
    (r"\Ga", "not supported"),
    (r"\Qa\E", "quoting"),
    (r"a\R", "not supported"),
    (r"\p{L}", "properties"),
    ("(*ACCEPT)a", "verb"),
    ("a(?C1)b", "callout"),
    ("(?m)^a", "only i and s"),
    ("(?x) a", "only i and s"),
    ("(a", "( has no partner"),
    ("(?:a|(b)", "( has no partner"),
    ("a)", ") has no partner"),
    ("(?#a", "( has no partner"),
    ("[a", "[ has no partner"),
    ("[]", "[ has no partner"),
    ("[^]", "[ has no partner"),
    ("[b-a]", "wrong order"),
    (r"[\d-z]", "more than one byte"),
    (r"[a-\d]", "more than one byte"),
    ("[[:nosuch:]]", "is not known"),
    ("[:alpha:]", "into another"),
    (r"[\8]", "is not known"),
    ("[[.a.]]", "not supported"),
    ("*a", "nothing to repeat"),
    ("a|+b", "nothing to repeat"),
    ("(?:?)", "nothing to repeat"),
    ("^*a", "nothing to repeat"),
    ("(?i)*a", "nothing to repeat"),
    ("a**", "behind a quantifier"),
    ("a{2}{3}", "behind a quantifier"),
    ("a{3,2}", "wrong order"),
    ("a{,3}", "{0,n}"),
    ("a{65536}", "repetitions"),
    ("a{99999999999999999999}", "repetitions"),
    ("a{0,4294967295}", "repetitions"),
    ("a\\", "nothing follows"),
    (r"\y", "is not known"),
    (r"\x", "hexadecimal"),
    (r"\xg", "hexadecimal"),
    (r"\x{100}", "no byte"),
    (r"\x{41", "hexadecimal"),
    (r"[\400]", "no byte"),
    ("(?<1>a)", "begins with a digit"),
    ("(?<n", "name"),
    ("(" * 201 + "a" + ")" * 201, "200 groups"),
    ("(a|b)*a(a|b){20}", "states: 4096"),
    ("a.{15}b", "states: 4096"),
    ("(((a{100}){100}){100}){100}", "too large"),
    ("(((){65535}){65535}){65535}", "too large"),
    ("|".join(f"{n:04x}[0-9]{{3}}{n * 7919 % 65536:04x}" for n in range(300)), "states: 4096"),
    ("".join(chr(97 + n * n % 26) for n in range(4095)), "more than 32767"),
]
# What Python does not say in the same words, and bytes that are all of a set.
SETS = [
    (b".", b"."), (b"\\d", b"\\d"), (b"\\D", b"\\D"), (b"\\w", b"\\w"), (b"\\W", b"\\W"),
    (b"\\s", b"\\s"), (b"\\S", b"\\S"), (b"\\h", b"[\\t \\xa0]"), (b"\\H", b"[^\\t \\xa0]"),
    (b"\\v", b"[\\n-\\r\\x85]"), (b"\\V", b"[^\\n-\\r\\x85]"), (b"\\N", b"[^\\n]"),
    (b"[[:alpha:]]", b"[A-Za-z]"), (b"[^[:lower:]_]", b"[^a-z_]"),
    (b"[[:^space:]]", b"[^\\t-\\r ]"), (b"[[:punct:]a]", b"[!-/:-@\\[-`{-~a]"),
    (b"[[:cntrl:]]", b"[\\0-\\x1f\\x7f]"), (b"[[:xdigit:]]", b"[0-9a-fA-F]"),
]
SINGLE = {10: (b"\\n", b"\\x0a", b"\\012"), 13: (b"\\r", b"\\cM", b"\\x{d}"),
          9: (b"\\t", b"\\x09"), 0: (b"\\000", b"\\x00", b"\\x{0}"), 255: (b"\\xff", b"\xff"),
          46: (b"\\.", b"[.]"), 47: (b"/", b"\\/"), 27: (b"\\e",)}
ODD = [             # (pattern, Python's)
    (b"\\0[01]", b"\\x00[01]"), (b"\\0601", b"01"), (b"\\01a", b"\\x01a"),
    (b"a{b", b"a\\{b"), (b"a{1", b"a\\{1"), (b"a{1,b}", b"a\\{1,b\\}"), (b"]a", b"\\]a"),
    (b"}a", b"\\}a"), (b"[]a]b", b"[\\]a]b"), (b"[^]a]b", b"[^\\]a]b"), (b"[a-]", b"[\\-a]"),
    (b"[-a]0", b"[\\-a]0"), (b"[[]", b"\\["), (b"[a\\]b]0", b"[a\\]b]0"), (b"(?#x*)a", b"a"),
    (b"a(?i)b|c", b"a(?i:b)|(?i:c)"), (b"(a(?i)b|c)d", b"(a(?i:b)|(?i:c))d"),
    (b"(?i)a(?-i)b", b"(?i:a)b"), (b"(?i)[^a]0", b"[^aA]0"), (b"(?i)[[:^lower:]]0", b"[^a-zA-Z]0"),
    (b"(?s).a", b"(?s:.)a"), (b"(?is)A.", b"(?is:a.)"), (b"(?i-s:A.)", b"(?i:a.)"),
    (b"a|^b", b"a|^b"), (b"a$|b", b"a$|b"), (b"(^|a)b", b"(^|a)b"), (b"a($|b)", b"a($|b)"),
    (b"a$\\n", b"a$\\n"), (b"a\\z", b"a\\Z"), (b"a\\Z", b"a$"), (b"\\Aa", b"\\Aa"),
    (b"a^b", b"a^b"), (b"a$b", b"a$b"), (b"(?:^a)*b", b"(?:^a)*b"), (b"(a$)*", b"(a$)*"),
    (b"a\\n\\z", b"a\\n\\Z"), (b"a\\n$", b"a\\n$"), (b"a$\\n\\z", b"a$\\n\\Z"),
    (b"a$$", b"a$$"), (b"a\\s*$", b"a\\s*$"), (b"$\\n$", b"$\\n$"), (b"$^", b"$^"),
    (b"(?|a|b)0", b"(?:a|b)0"), (b"(?<n>a)b", b"(?P<n>a)b"), (b"(?'n'a)b", b"(?P<n>a)b"),
    (b"(?P<n>a)b", b"(?P<n>a)b"), (b"a{0}b", b"b"), (b"(a{0})b", b"b"), (b"a{2,}b", b"aa+b"),
    (b"[\\x41-\\x43]", b"[A-C]"), (b"[\\101-C]", b"[A-C]"), (b"[\\b]", b"\\x08"),
    (b"[\\w.]1", b"[\\w.]1"), (b"a??b", b"a?b"), (b"a+?b", b"a+b"), (b"a{1,2}?b", b"a{1,2}b"),
    (b"|a", b"|a"), (b"a||b", b"a||b"), (b"()", b"()"), (b"(|a)b", b"(|a)b"),
    (b"\\ca", b"\\x01"), (b"\\c[", b"\\x1b"), (b"\\-\\@\\ ", b"-@ "), (b"[a-c-e]", b"[a-c\\-e]"),
]


class Part:
    """A part of a pattern: as PCRE and as Python write it, and a text that it matches."""

    def __init__(self, pcre, python, sample):
        self.pcre, self.python, self.sample = pcre, python, sample


def single(rnd):
    letter = rnd.choice(LETTERS)
    python = re.escape(bytes([letter]))
    pcre = rnd.choice(SINGLE[letter]) if letter in SINGLE else bytes([letter])
    return Part(pcre, python, bytes([letter]))


def some_set(rnd):
    if rnd.random() < 0.6:
        pcre, python = rnd.choice(SETS)
    else:
        chosen = rnd.sample(LETTERS, rnd.randint(1, 5))
        pcre = python = b"".join(b"\\x%02x" % c for c in chosen)
        if rnd.random() < 0.5:
            low, high = sorted(rnd.choices(range(256), k=2))
            pcre = python = python + b"\\x%02x-\\x%02x" % (low, high)
        sign = rnd.choice((b"", b"", b"^"))
        pcre = python = b"[" + sign + pcre + b"]"
    fits = [bytes([c]) for c in range(256) if re.fullmatch(python, bytes([c]))]
    return Part(pcre, python, rnd.choice(fits))


def repeated(rnd, part, nested):
    if nested:      # or Python would not come to an end
        least, most = rnd.choice(((0, 1), (2, 2), (1, 2)))
    else:
        least = rnd.choice((0, 0, 1, 1, 2, 5))
        most = rnd.choice((None, None, least, least + 1, least + 7))
    words = [b"{%d,%s}" % (least, b"" if most is None else b"%d" % most)]
    short = {(0, None): b"*", (1, None): b"+", (0, 1): b"?"}.get((least, most))
    if short:
        words += [short] * 3
    if least == most:
        words = [b"{%d}" % least]
    lazy = rnd.choice((b"", b"", b"?"))
    word = rnd.choice(words) + lazy
    count = rnd.randint(least, least + 3 if most is None else most)
    return Part(part.pcre + word, part.python + word, part.sample * count)


def sequence(rnd, depth, nested):
    parts = [item(rnd, depth, nested) for _ in range(rnd.choice((1, 2, 2, 3, 4)))]
    return Part(*(b"".join(getattr(p, what) for p in parts)
                  for what in ("pcre", "python", "sample")))


def choice(rnd, depth, nested):
    parts = [sequence(rnd, depth, nested) for _ in range(rnd.choice((1, 2, 2, 3)))]
    if rnd.random() < 0.1:
        parts.append(Part(b"", b"", b""))
    return Part(b"|".join(p.pcre for p in parts), b"|".join(p.python for p in parts),
                rnd.choice(parts).sample)


def item(rnd, depth, nested):
    kind = rnd.random()
    if depth and kind < 0.3:
        repeat = rnd.random() < 0.5
        part = choice(rnd, depth - 1, nested or repeat)
        begin = rnd.choice((b"(", b"(?:", b"(?i:", b"(?s:"))
        part = Part(begin + part.pcre + b")", begin + part.python + b")", part.sample)
        return repeated(rnd, part, nested) if repeat else part
    if kind < 0.33:
        pcre, python = rnd.choice(((b"$", b"$"), (b"^", b"^"), (b"\\z", b"\\Z"),
                                   (b"\\A", b"\\A"), (b"\\Z", b"$")))
        return Part(pcre, python, b"")
    part = some_set(rnd) if kind < 0.5 else single(rnd)
    return repeated(rnd, part, nested) if rnd.random() < 0.3 else part


def pattern(rnd):
    """A pattern that is not too long, or one of those that are odd."""
    if rnd.random() < 0.15:
        pcre, python = rnd.choice(ODD)
        return Part(pcre, python, bytes(rnd.choices(LETTERS, k=4)))
    part = choice(rnd, 3, False)
    while not part.pcre or len(part.pcre) > 500:
        part = choice(rnd, 3, False)
    # Anchors are rare inside, where they match nothing mostly.
    kind = rnd.random()
    if kind < 0.15:
        part = Part(b"^(?:" + part.pcre + b")", b"^(?:" + part.python + b")", part.sample)
    elif kind < 0.3:
        pcre, python = rnd.choice(((b"$", b"$"), (b"\\z", b"\\Z")))
        part = Part(b"(?:" + part.pcre + b")" + pcre,
                    b"(?:" + part.python + b")" + python, part.sample)
    if rnd.random() < 0.15:
        flag = rnd.choice((b"(?i)", b"(?s)", b"(?is)"))
        part = Part(flag + part.pcre, flag + part.python, part.sample)
    return part


def text(rnd, parts, size):
    """Random letters, with what patterns match in them, or nearly."""
    letters = rnd.choice((LETTERS, b"ab", b"abc01", bytes(range(256))))
    data = bytearray(rnd.choices(letters, k=size))
    for _ in range(rnd.choice((0, 1, 2, 4))):
        sample = bytearray(rnd.choice(parts).sample[:size])
        if not sample:
            continue
        if rnd.random() < 0.3:
            sample[rnd.randrange(len(sample))] = rnd.choice(LETTERS)
        last = size - len(sample)
        at = rnd.choice((0, last, max(last - 1, 0), rnd.randint(0, last)))
        data[at:at + len(sample)] = sample
    if rnd.random() < 0.2 and size:
        data[-1] = 10
    return bytes(data)


class TooLong(Exception):
    """Python's search takes too long."""


def too_long(*_):
    raise TooLong


def verdicts(part, texts, seconds):
    """Whether it matches in each; None if that takes more than some seconds."""
    compiled = re.compile(part.python)
    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return [bool(compiled.search(t)) for t in texts]
    except TooLong:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
