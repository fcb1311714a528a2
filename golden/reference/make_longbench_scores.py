"""Makes evals/src/test/testdata/longbench_scores.jsonl: drawn answers with the scores that LongBench's own code gives them.

    python make_longbench_scores.py FOLDER

FOLDER holds LongBench's metrics.py. Needs rouge, fuzzywuzzy and python-Levenshtein (1.0.1, 0.18.0 and 0.27.5 were used).
A line has `metric`, `prediction`, `reference`, `classes` where there are some, and `score`. Texts are drawn from few pieces,
so that they share some and meet blanks, articles, signs and characters outside ASCII.
"""

import json
import random
import sys
import types
from pathlib import Path

# Only the Chinese tasks use it.
sys.modules["jieba"] = types.ModuleType("jieba")
sys.path.insert(0, sys.argv[1])
import metrics  # noqa: E402

WORDS = ["a", "A", "an", "The", "the", "cat", "Cat", "mat.", "sat,", "on", "U.S.", "x-ray", "_the_", "the_", "'the'", "it's", "42",
         "é", "e\u0301", "a\u0301", "the\u0301", "ÉTÉ", "İ", "ΣΑΣ", "ß", "—", "«the»", "“a”", "😀", "😀the", "日本", "the日", "٣", "½a", "ⅷ"]
BLANKS = [" "] * 12 + ["  ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\x1f", "\x85", "\u2028", "\u200b"]
SENTENCES = ["a", "b", "c", "a", "B", "the", "é", "😀", ".", ".", "x.y"]
CODE = ["return", " ", "  ", "x", "y", "(", ")", "😀", "𝒳", "é", "=", "\t", "\r", "if", "self."]
NUMBERS = ["1", "3", "12", "30", "0", "03", "٣", "３", "x", "Paragraph 3", "3.5", "-3", ",", "²", "½"]
CLASSES = ["City", "Other location", "location", "Country", "Person", "Invention", "Invention or discovery", "or", "Date"]


def text(draw, pieces, blanks, longest):
    return "".join(draw.choice(pieces) + draw.choice(blanks) for _ in range(draw.randint(0, longest)))


def main():
    draw = random.Random(20240601)
    lines = []

    def add(metric, score, prediction, reference, **more):
        value = score(prediction, reference, all_classes=more.get("classes"))
        lines.append(json.dumps({"metric": metric, "prediction": prediction, "reference": reference, **more, "score": value}))

    for _ in range(100):
        few = draw.sample(WORDS, 6)
        add("TOKEN_F1", metrics.qa_f1_score, text(draw, few, BLANKS, 8), text(draw, few, BLANKS, 6))
    for _ in range(80):
        add("ROUGE_L", metrics.rouge_score, text(draw, SENTENCES, BLANKS, 16), text(draw, SENTENCES, BLANKS, 12))
    for _ in range(60):
        comment = draw.choice(["", "", "\n", "\n\n# first\n", "```\n", "// no\n", "x` \n"])
        add("CODE_SIMILARITY", metrics.code_sim_score, comment + text(draw, CODE, [""], 12), text(draw, CODE, [""], 12))
    # Shares whose hundredfold is next to a half.
    for common, more in [(23, 17), (11, 9), (1, 7), (3, 5), (5, 3), (46, 34), (21, 19), (9, 31), (13, 27), (57, 23)]:
        add("CODE_SIMILARITY", metrics.code_sim_score, "m" * common + "a" * more, "m" * common + "b" * more)
    for _ in range(30):
        add("COUNT", metrics.count_score, text(draw, NUMBERS, BLANKS, 6), draw.choice(["3", "12", "30"]))
        add("RETRIEVAL", metrics.retrieval_score, text(draw, NUMBERS, BLANKS, 6), f"Paragraph {draw.choice([3, 12, 30])}")
    for _ in range(60):
        add("CLASSIFICATION", metrics.classification_score, text(draw, CLASSES, [" "], 4), draw.choice(CLASSES), classes=CLASSES)
    out = Path(__file__).parents[2] / "evals/src/test/testdata/longbench_scores.jsonl"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n")


main()
