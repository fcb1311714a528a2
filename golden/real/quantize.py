"""Rounds a folder's matrices to a format of quantised weights, and writes a folder as it would be published.

    python quantize.py FOLDER OUT fp8-block|fp8-tensor|gptq|awq|bitsandbytes-int8|bitsandbytes-nf4|int8

To the nearest code, without the calibration that GPTQ and AWQ are named after: what is measured of the result is what their
layouts lose at worst. Embedding and LM head stay as they are. Needs what reference/make_quantized.py needs.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))

import make_quantized as stored  # noqa: E402

GROUP = 128


def by_group(weight):
    """Codes of 4 bits [rows, columns], zero points and scales [rows, groups], groups [columns]."""
    columns = weight.shape[1]
    group = torch.arange(columns) // GROUP
    padded = torch.nn.functional.pad(weight, (0, -columns % GROUP))
    parts = padded.view(weight.shape[0], -1, GROUP)
    low, high = parts.amin(2).clamp(max=0), parts.amax(2).clamp(min=0)
    scales = ((high - low) / 15).clamp(min=1e-8).half()
    zeros = (-low / scales.float()).round().clamp(0, 15).int()
    codes = (weight / scales.float()[:, group] + zeros[:, group]).round().clamp(0, 15).int()
    return codes, zeros, scales, group


def gptq(name, weight):
    codes, zeros, scales, group = by_group(weight)
    return {
        "qweight": stored.pack(codes.T, 4),
        "qzeros": stored.pack_rows(((zeros - 1) % 16).T, 4),
        "scales": scales.T,
        "g_idx": group.int(),
    }


def awq(name, weight):
    codes, zeros, scales, _ = by_group(weight)
    return {
        "qweight": stored.pack_rows(stored.interleaved(codes.T), 4),
        "qzeros": stored.pack_rows(stored.interleaved(zeros.T), 4),
        "scales": scales.T,
    }


def int8(name, weight):
    scales = weight.abs().amax(dim=1, keepdim=True) / 127
    return {"weight": (weight / scales).round().to(torch.int8), "weight_scale": scales}


def first(made):
    return lambda name, weight: made(name, weight)[0]


FP8 = dict(quant_method="fp8", activation_scheme="dynamic")
FORMATS = {
    "fp8-block": (first(stored.fp8_blocks(128, 128)), {**FP8, "weight_block_size": [128, 128]}),
    "fp8-tensor": (first(stored.fp8_tensor), FP8),
    "gptq": (gptq, dict(quant_method="gptq", bits=4, group_size=GROUP, desc_act=False, sym=False)),
    "awq": (awq, dict(quant_method="awq", bits=4, group_size=GROUP, zero_point=True, version="gemm")),
    "bitsandbytes-int8": (first(stored.bnb_int8), dict(quant_method="bitsandbytes", load_in_8bit=True)),
    "bitsandbytes-nf4": (first(stored.bnb_4bit("nf4", True)), dict(quant_method="bitsandbytes", load_in_4bit=True)),
    "int8": (
        int8,
        stored.groups_of(stored.scheme(["Linear"], 8, "channel"), format="int-quantized"),
    ),
}


def main(folder, out, name):
    made, settings = FORMATS[name]
    folder, out = Path(folder), Path(out)
    out.mkdir(parents=True)
    for file in folder.iterdir():
        if file.name not in ("config.json", "model.safetensors"):
            shutil.copy(file, out)
    tensors = {}
    for full, weight in load_file(folder / "model.safetensors").items():
        if stored.is_matrix(full, weight) and not full.startswith("lm_head"):
            module = full.removesuffix(".weight")
            tensors.update({f"{module}.{part}": each.contiguous() for part, each in made(module, weight.float()).items()})
        else:
            tensors[full] = weight
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["quantization_config"] = settings
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
