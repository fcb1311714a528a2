"""Prints what compare has written into a folder as a table, a line for each press.

    python table.py FOLDER

Shares of positions are means over prompts with a 95% bootstrap interval, shares of prompts have Wilson's. Times are medians
over prompts of the quotient of the medians of all rounds.
"""

import base64
import json
import random
import statistics
import sys
from pathlib import Path


def bits(head):
    return int.from_bytes(base64.b64decode(head), "little")


def heads_of(ours, theirs):
    """The heads of both, as whole numbers whose bits are positions."""
    return [(bits(a), bits(b)) for x, y in zip(ours["kept"], theirs["kept"], strict=True) for a, b in zip(x, y, strict=True)]


def shared(ours, theirs):
    """The share of their positions that we keep, too."""
    heads = heads_of(ours, theirs)
    return sum((a & b).bit_count() for a, b in heads) / sum(b.bit_count() for _, b in heads)


def equal_heads(ours, theirs):
    heads = heads_of(ours, theirs)
    return sum(a == b for a, b in heads) / len(heads)


def percent(share):
    """In percent; 100 only where it is all of it."""
    text = f"{100 * share:.1f}"
    return "100" if share == 1 else "> 99.9" if text == "100.0" else text


def mean(shares):
    chosen = random.Random(1)
    means = sorted(statistics.fmean(chosen.choices(shares, k=len(shares))) for _ in range(2000))
    value = percent(statistics.fmean(shares))
    low, high = percent(means[50]), percent(means[1949])
    return value if low == high else f"{value} ({low}-{high})"


def same_answers(pairs):
    return wilson(sum(a["answer"] == b["answer"] for a, b in pairs), len(pairs))


def wilson(right, count):
    z, p = 1.96, right / count
    centre, spread = p + z * z / (2 * count), z * (p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5
    low, high = (max(0, min(1, (centre + sign * spread) / (1 + z * z / count))) for sign in (-1, 1))
    return f"{right} of {count} ({100 * low:.0f}-{100 * high:.0f}%)"


def quotient(ours, theirs):
    """Of times; each argument has, by prompt, the seconds of all rounds."""
    if not all(ours) or not all(theirs):
        return "-"
    each = [statistics.median(a) / statistics.median(b) for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(each):.2f}"


def seconds(rounds, chosen):
    """By prompt, the seconds of all rounds."""
    return [sum(each, []) for each in zip(*([run["seconds"] for run in chosen(each)] for each in rounds), strict=True)]


def main(folder):
    def read(name):
        return [json.loads(path.read_text()) for path in sorted(folder.glob(f"{name}-*.json"))]

    ours, theirs = read("ours"), read("theirs")
    first, second = ours[0], theirs[0]
    alike = same_answers(list(zip(first["full"], second["full"], strict=True)))
    print("| press | heads equal % | positions % | answers equal | by default: positions % | answers equal | time |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    time = quotient(seconds(ours, lambda each: each["full"]), seconds(theirs, lambda each: each["full"]))
    print(f"| none | - | - | {alike} | - | - | {time} |")
    kinds = dict.fromkeys((run["press"], json.dumps(run["settings"])) for run in second["runs"])
    seen = set()
    for press, settings in kinds:

        def chosen(file):
            return [run for run in file["runs"] if (run["press"], json.dumps(run["settings"])) == (press, settings)]

        us, them = chosen(first), chosen(second)
        both = list(zip(us, them, strict=True))
        # A press with its defaults is compared only once with the defaults of our method.
        default = [] if press in seen else [(run["by_default"], other) for run, other in both]
        seen.add(press)
        cells = [
            press + "".join(f" {key} {json.loads(settings)[key]}" for key in ("beta", "alpha_safeguard") if key in settings),
            mean([equal_heads(*each) for each in both]),
            mean([shared(*each) for each in both]),
            same_answers(both),
            mean([shared(*each) for each in default]) if default else "-",
            same_answers(default) if default else "-",
            quotient(seconds(ours, chosen), seconds(theirs, chosen)),
        ]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
