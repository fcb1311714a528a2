"""Makes training/src/test/testdata/pieces.jsonl: drawn texts with the pieces that Hugging Face's tokenizers cuts them into.

    python make_pieces.py

Needs tokenizers (0.23.3 was used). The pattern is the one that PreTokenizer writes into tokenizer.json, as Qwen2 has it.
"""

import json
import random
from pathlib import Path

from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
           r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CHARACTERS = ["a", "b", "Z", "é", "e\u0301", "ß", "日", "本", "ا", "क", "ि", "1", "9", "½", "Ⅷ", "٣", "𝟘", " ", " ", "  ", "\t", "\n",
              "\r\n", "\r", "\u00a0", "\u2003", "\u3000", "\x85", "\u2028", "\x1f", "\x00", "\u200b", "\ufeff", ".", ",", "!", "'", "’", "(",
              "_", "😀", "👩\u200d💻", "'s", "'S", "'LL", "'re", "'d", "'ſ", "ſ", "𝒳", "\U00010400", "\u0301", "€", "+"]


def main():
    split = Split(Regex(PATTERN), "isolated")
    draw = random.Random(1)
    texts = ["", " ", "it's  12 o'clock,\n\n  THEY'LL see\t\tme.\r\n "]
    texts += ["".join(draw.choice(CHARACTERS) for _ in range(draw.randint(1, 14))) for _ in range(220)]
    lines = [json.dumps({"text": text, "pieces": [piece for piece, _ in split.pre_tokenize_str(text)]}) for text in texts]
    out = Path(__file__).parents[2] / "training/src/test/testdata/pieces.jsonl"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n")


main()
