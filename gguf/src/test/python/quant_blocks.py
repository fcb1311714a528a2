"""Makes gguf/src/test/resources/io/speckv/gguf/blocks.txt: a line for each format with two random blocks in
base64 and the numbers that gguf-py's own dequantiser (pip install gguf numpy) makes of them.

    python quant_blocks.py
"""

import base64
from pathlib import Path

import gguf
import numpy as np

TARGET = Path(__file__).resolve().parents[1] / "resources/io/speckv/gguf/blocks.txt"
FORMATS = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q4_K Q5_K Q6_K".split()
# Where a block has half-precision scales, which random bytes would make infinite.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def blocks(name, rng):
    kind = gguf.GGMLQuantizationType[name]
    numbers, size = gguf.GGML_QUANT_SIZES[kind]
    if numbers == 1:
        plain = rng.standard_normal(16).astype(np.float32)
        if name == "BF16":
            return kind, (plain.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
        return kind, plain.astype({"F32": np.float32, "F16": np.float16}[name]).view(np.uint8)
    raw = rng.integers(0, 256, (2, size), dtype=np.uint8)
    for at in SCALES[name]:
        scale = rng.standard_normal(2).astype(np.float16)
        raw[:, at : at + 2] = scale.view(np.uint8).reshape(2, 2)
    return kind, raw.reshape(-1)


rng = np.random.default_rng(3)
lines = []
for name in FORMATS:
    kind, raw = blocks(name, rng)
    numbers = gguf.quants.dequantize(raw.reshape(1, -1), kind).astype(np.float32).reshape(-1)
    lines.append(" ".join([name, base64.b64encode(raw.tobytes()).decode(), *(repr(float(x)) for x in numbers)]))
TARGET.write_text("\n".join(lines) + "\n")
print(TARGET, TARGET.stat().st_size)
