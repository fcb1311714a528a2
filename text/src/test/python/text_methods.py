#!/usr/bin/env python3
"""Writes what CPython's methods of str give for made-up texts, for TextMethodsTest:

    text/src/test/python/text_methods.py > text/src/test/resources/io/speckv/text/jinja/text_methods.json

Texts are of what breaks such methods: surrogate pairs that share a half, letters whose cases are longer or that have none,
digits that are no decimals, every kind of white space and line end, overlapping separators.
"""
import json
import random

PIECES = list("aAbBxyzQ") + ["ab", "aa", "aba", "ß", "ﬁ", "ǆ", "ς", "Σ", "İ", "ı", "é", "É", "e\u0301", "中", "一", "ª", "ʰ", "Ⅷ", "ⓐ",
    "1", "09", "٣", "²", "½", "①", " ", "  ", "\t", "\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000",
    "\u200b", "_", "-", "+", ".", ",", "'", '"', "\\", "\x00", "\x7f", "\u00ad", "😀", "😁", "👍🏽", "𝒜", "𐐀", "𐐨", "\ue000"]
NO_ARGUMENTS = ["capitalize", "casefold", "lower", "upper", "title", "swapcase", "isalnum", "isalpha", "isdecimal", "isdigit",
    "isnumeric", "isspace", "isascii", "isprintable", "isidentifier", "islower", "isupper", "istitle"]
rng = random.Random(8)


def text(most=6):
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(most + 1)))


def part(of):
    if not of or rng.random() < 0.3:
        return text(2)
    first = rng.randrange(len(of))
    return of[first:first + rng.randrange(1, 4)]


def bounds():
    return [rng.randrange(-8, 9) for _ in range(rng.randrange(3))]


def arguments(method, of):
    if method in NO_ARGUMENTS:
        return []
    if method in ("strip", "lstrip", "rstrip"):
        return [] if rng.random() < 0.4 else [None if rng.random() < 0.1 else part(of) + text(1)]
    if method in ("split", "rsplit"):
        separator = None if rng.random() < 0.4 else part(of)
        return [[], [separator], [separator, rng.randrange(-1, 4)]][rng.randrange(3)]
    if method == "splitlines":
        return [] if rng.random() < 0.5 else [rng.random() < 0.5]
    if method in ("partition", "rpartition", "removeprefix", "removesuffix"):
        return [part(of)]
    if method in ("startswith", "endswith", "find", "rfind", "index", "rindex", "count"):
        return [part(of)] + bounds()
    if method == "replace":
        return [part(of), text(1)] + ([] if rng.random() < 0.5 else [rng.randrange(-1, 4)])
    if method in ("center", "ljust", "rjust"):
        return [rng.randrange(12)] + ([] if rng.random() < 0.5 else [rng.choice(["*", "😀", "ab", ""])])
    if method == "zfill":
        return [rng.randrange(12)]
    if method == "expandtabs":
        return [] if rng.random() < 0.4 else [rng.randrange(-1, 9)]
    if method == "join":
        return [[text(2) for _ in range(rng.randrange(4))]]
    raise ValueError(method)


METHODS = NO_ARGUMENTS + ["strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "partition", "rpartition", "removeprefix",
    "removesuffix", "startswith", "endswith", "find", "rfind", "index", "rindex", "count", "replace", "center", "ljust", "rjust",
    "zfill", "expandtabs", "join"]
# Letters whose title case is none of Java's, and whose other cases are more than one letter.
SPECIAL = "ŉ ǰ ΐ ΰ և ẖ ẞ ὐ ὒ ᾀ ᾈ ᾐ ᾠ ᾲ ᾳ ᾴ ᾶ ᾷ ᾼ ῂ ῃ ῄ ῆ ῇ ῌ ῒ ῖ ῢ ῤ ῲ ῳ ῴ ῷ ῼ ﬀ ﬃ ﬅ ﬓ ſ µ ϐ ͅ Ꭰ ꭰ Ᏸ ᏸ Ა ა ǅ ⓐ Ⅷ Ω K".split()
cases = []
for method in METHODS:
    # Of one piece each, so that every character meets every question.
    texts = list(PIECES) + SPECIAL if method in NO_ARGUMENTS else []
    texts += [text() for _ in range(120)]
    for of in texts:
        given = arguments(method, of)
        case = {"text": of, "method": method, "arguments": given}
        try:
            # In a list, where Python writes a text as a literal.
            case["result"] = str([getattr(of, method)(*given)])
        except (ValueError, TypeError) as error:
            case["error"] = str(error)
        cases.append(case)
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
