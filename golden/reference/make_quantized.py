"""Makes golden/quantized: a tiny random checkpoint in each format that quantised weights are published in.

    python make_quantized.py [CASE...]

Needs torch, transformers, bitsandbytes and compressed-tensors (2.6.0, 4.57.6, 0.48.2 and 0.12.2 were used). Codes, scales and zero
points are drawn or come from the format's own library; what they mean is computed in float32 from its definition, or by that
library, and never from the packed words. Each folder gets `expected.json` as make_families.py writes it, computed by
transformers of the weights that the folder means, and in it

  weights   of every quantised matrix the SHA-256 of its float32 numbers, little-endian, row by row
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import bitsandbytes.functional as bnb
import torch
import transformers
from compressed_tensors.compressors.quantized_compressors.pack_quantized import pack_to_int32
from compressed_tensors.quantization import QuantizationArgs
from compressed_tensors.quantization.lifecycle.forward import dequantize
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from make_families import draw, prompt, run

QUANTIZED = Path(__file__).resolve().parent.parent / "quantized"
LENGTH = 40

# No multiple of 16 columns, of 32 columns or of 16 rows: groups and blocks at the edges are smaller.
SIZES = dict(
    vocab_size=96,
    hidden_size=40,
    intermediate_size=56,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=12,
    max_position_embeddings=128,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
    attn_implementation="eager",
)

random = torch.Generator()


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=random, dtype=torch.int32)


def by_groups(values, columns, size):
    """[rows, groups] for every column."""
    return values.repeat_interleave(size, dim=1)[:, :columns]


def pack(codes, bits):
    """Codes [n, m] as one stream of bits down each column: words [ceil(n * bits / 32), m]."""
    words = torch.zeros((codes.shape[0] * bits + 31) // 32, codes.shape[1], dtype=torch.int64)
    for i, row in enumerate(codes.long()):
        word, shift = divmod(i * bits, 32)
        words[word] |= (row << shift) & 0xFFFFFFFF
        if shift + bits > 32:
            words[word + 1] |= row >> (32 - shift)
    return torch.where(words >= 2**31, words - 2**32, words).to(torch.int32)


def fp8(weight, scale_name, scales, expand):
    """Rounded to FP8 after division by scales; what it means."""
    scale = expand(scales.float(), weight)
    stored = (weight / scale).clamp(-448, 448).to(torch.float8_e4m3fn)
    return {"weight": stored, scale_name: scales}, stored.float() * scale


def whole(scales, weight):
    return scales.reshape(1, 1).expand_as(weight)


def blocks(height, width):
    def expand(scales, weight):
        rows = scales.repeat_interleave(height, dim=0)[: weight.shape[0]]
        return rows.repeat_interleave(width, dim=1)[:, : weight.shape[1]]

    return expand


def largest(weight, height, width):
    rows, columns = -(-weight.shape[0] // height), -(-weight.shape[1] // width)
    padded = torch.zeros(rows * height, columns * width)
    padded[: weight.shape[0], : weight.shape[1]] = weight.abs()
    return padded.view(rows, height, columns, width).amax(dim=(1, 3)) / 448


def fp8_blocks(height, width):
    return lambda name, weight: fp8(
        weight, "weight_scale_inv", largest(weight, height, width), blocks(height, width)
    )


def fp8_tensor(name, weight):
    tensors, means = fp8(weight, "weight_scale", weight.abs().max() / 448, whole)
    return {**tensors, "input_scale": torch.tensor(0.5)}, means


def fp8_shards(sizes):
    """Matrices that are stored as one, each with a scale of its own."""

    def stored(name, weight):
        rows = sizes.get(name.split(".")[-1], [weight.shape[0]])
        each = [fp8_tensor(name, shard) for shard in weight.split(rows)]
        return {
            "weight": torch.cat([tensors["weight"].view(torch.uint8) for tensors, _ in each]).view(torch.float8_e4m3fn),
            "weight_scale": torch.stack([tensors["weight_scale"] for tensors, _ in each]),
        }, torch.cat([means for _, means in each])

    return stored


def fp8_rows(name, weight):
    scales = (weight.abs().amax(dim=1, keepdim=True) / 448).bfloat16()
    tensors, means = fp8(weight, "weight_scale", scales, lambda found, _: found)
    args = QuantizationArgs(num_bits=8, type="float", strategy="channel")
    assert torch.equal(means, dequantize(tensors["weight"].float(), scales.float(), args=args, dtype=torch.float32))
    return tensors, means


def gptq(bits, group, less_one, symmetric=False, act_order=False, index=True):
    def stored(name, weight):
        width = bits(name) if callable(bits) else bits
        rows, columns = weight.shape
        size = columns if group == -1 else group
        groups = -(-columns // size)
        codes = integers(0, 2**width, rows, columns)
        zeros = torch.full((rows, groups), 2 ** (width - 1)) if symmetric else integers(0, 2**width, rows, groups)
        # Products of 11 bits and 9 are exact in float32.
        scales = ((torch.rand(rows, groups, generator=random) + 0.5) * 3 / 2**width / columns**0.5).half()
        order = torch.arange(columns) // size
        if act_order:
            order = order[torch.randperm(columns, generator=random)]
        means = (codes - zeros[:, order]).float() * scales.float()[:, order]
        packed_zeros = (zeros - 1) % 2**width if less_one else zeros
        tensors = {
            "qweight": pack(codes.T, width),
            "qzeros": pack_rows(packed_zeros.T, width),
            "scales": scales.T,
        }
        if index:
            tensors["g_idx"] = order.to(torch.int32)
        return tensors, means

    return stored


def pack_rows(codes, bits):
    """As pack, along each row."""
    return pack(codes.T, bits).T


def interleaved(codes):
    """The eight outputs of an AWQ word, from its lowest bits up."""
    return codes.reshape(codes.shape[0], -1, 8)[:, :, [0, 2, 4, 6, 1, 3, 5, 7]].reshape(codes.shape)


def awq(group):
    def stored(name, weight):
        rows, columns = weight.shape
        groups = -(-columns // group)
        codes, zeros = integers(0, 16, rows, columns), integers(0, 16, rows, groups)
        scales = ((torch.rand(rows, groups, generator=random) + 0.5) / 8 / columns**0.5).half()
        means = (codes - by_groups(zeros, columns, group)).float() * by_groups(scales.float(), columns, group)
        return {
            "qweight": pack_rows(interleaved(codes.T), 4),
            "qzeros": pack_rows(interleaved(zeros.T), 4),
            "scales": scales.T,
        }, means

    return stored


def awq_gemv(group):
    """AutoAWQ's layout of this name: words along inputs, room for groups as its kernel reads them."""

    def stored(name, weight):
        rows, columns = weight.shape
        groups = columns // group
        codes, zeros = integers(0, 16, rows, columns), integers(0, 16, rows, groups)
        scales = ((torch.rand(rows, groups, generator=random) + 0.5) / 8 / columns**0.5).half()
        means = (codes - by_groups(zeros, columns, group)).float() * by_groups(scales.float(), columns, group)
        at_once = {32: 4, 64: 2}.get(group, 1)
        room = -(-(-(-groups // 8)) // at_once) * at_once * 8
        return {
            "qweight": pack_rows(codes, 4),
            "qzeros": pack_rows(torch.nn.functional.pad(zeros, (0, room - groups)), 4),
            "scales": torch.nn.functional.pad(scales, (0, room - groups)),
        }, means

    return stored


def bnb_int8(name, weight):
    largest_of_row = weight.abs().amax(dim=1)
    codes = (weight * (127 / largest_of_row[:, None])).round().to(torch.int8)
    means = bnb.int8_vectorwise_dequant(codes, largest_of_row)
    return {"weight": codes, "SCB": largest_of_row, "weight_format": torch.tensor(0, dtype=torch.uint8)}, means


def bnb_4bit(kind, nested):
    def stored(name, weight):
        packed, state = bnb.quantize_4bit(weight, blocksize=64, compress_statistics=nested, quant_type=kind)
        magnitudes = state.absmax
        if nested:
            magnitudes = bnb.dequantize_blockwise(state.absmax, state.state2) + state.offset
        codes = torch.stack([packed.flatten() >> 4, packed.flatten() & 15], dim=1).flatten()[: weight.numel()]
        blocks_of_64 = torch.arange(weight.numel()) // 64
        means = (state.code[codes.long()] * magnitudes[blocks_of_64]).view_as(weight)
        # The library's own tables are coarser than the one it stores.
        assert torch.allclose(means, bnb.dequantize_4bit(packed, state), atol=1e-3)
        parts = {"weight": packed}
        for key, value in state.as_dict(packed=True).items():
            parts["weight." + key] = value
        return parts, means

    return stored


def int8(group=None, symmetric=True):
    def stored(name, weight):
        rows, columns = weight.shape
        size = group or columns
        codes = integers(-128, 128, rows, columns).to(torch.int8)
        scales = ((torch.rand(rows, columns // size, generator=random) + 0.5) / 64 / columns**0.5).bfloat16()
        parts = {"weight": codes, "weight_scale": scales}
        zeros = torch.zeros(rows, columns // size, dtype=torch.int8)
        if not symmetric:
            zeros = integers(-100, 100, rows, columns // size).to(torch.int8)
            parts["weight_zero_point"] = zeros
        means = (codes.float() - by_groups(zeros.float(), columns, size)) * by_groups(scales.float(), columns, size)
        return parts, means

    return stored


def packed(bits, group=None, symmetric=True, act_order=False):
    def stored(name, weight):
        width = bits(name) if callable(bits) else bits
        rows, columns = weight.shape
        size = group or columns
        half = 2 ** (width - 1)
        codes = integers(-half, half, rows, columns).to(torch.int8)
        scales = ((torch.rand(rows, columns // size, generator=random) + 0.5) * 2 / half / columns**0.5).bfloat16()
        parts = {
            "weight_packed": pack_to_int32(codes, width),
            "weight_scale": scales,
            "weight_shape": torch.tensor(weight.shape),
        }
        zeros = torch.zeros(rows, columns // size, dtype=torch.int8)
        if not symmetric:
            zeros = integers(-half, half, rows, columns // size).to(torch.int8)
            parts["weight_zero_point"] = pack_to_int32(zeros, width, packed_dim=0).contiguous()
        order = None
        if act_order:
            order = (torch.arange(columns) // size)[torch.randperm(columns, generator=random)].to(torch.int32)
            parts["weight_g_idx"] = order
        args = QuantizationArgs(
            num_bits=width,
            strategy="group" if group else "channel",
            group_size=group,
            symmetric=symmetric,
            actorder="group" if act_order else None,
        )
        means = dequantize(codes.float(), scales.float(), zeros.float(), args=args, dtype=torch.float32, g_idx=order)
        return parts, means

    return stored


def groups_of(*schemes, ignore=("lm_head",), format="pack-quantized"):
    return dict(
        quant_method="compressed-tensors",
        format=format,
        ignore=list(ignore),
        kv_cache_scheme=None,
        quantization_status="compressed",
        config_groups={f"group_{i}": scheme for i, scheme in enumerate(schemes)},
    )


def scheme(targets, bits, strategy, group=None, symmetric=True, kind="int", actorder=None):
    weights = dict(
        num_bits=bits,
        type=kind,
        strategy=strategy,
        group_size=group,
        symmetric=symmetric,
        actorder=actorder,
        block_structure=None,
        dynamic=False,
    )
    return dict(targets=targets, weights=weights, input_activations=None, output_activations=None)


def eight_in_mlp(name):
    return 8 if ".mlp." in name else 4


GPTQ = dict(quant_method="gptq", desc_act=False, sym=True, damp_percent=0.01, true_sequential=True)
ALIGNED = dict(hidden_size=32, intermediate_size=64, head_dim=16)
# Words, and words of zero points, that are not full.
UNEVEN = dict(intermediate_size=52, head_dim=10)

# name: (config class, what differs from SIZES, how a matrix is stored, quantization_config, what is left as it is)
CASES = {
    "fp8-block": (
        "Qwen3Config",
        {},
        fp8_blocks(16, 32),
        dict(
            quant_method="fp8",
            fmt="e4m3",
            activation_scheme="dynamic",
            weight_block_size=[16, 32],
            modules_to_not_convert=["lm_head"],
        ),
        ["lm_head"],
    ),
    "fp8-block-fused": (
        "Phi3Config",
        dict(head_dim=10, rope_scaling=None, tie_word_embeddings=True),
        fp8_blocks(16, 32),
        dict(quant_method="fp8", activation_scheme="dynamic", weight_block_size=[16, 32]),
        [],
    ),
    "fp8-tensor": (
        "LlamaConfig",
        {},
        fp8_tensor,
        dict(
            quant_method="fp8",
            activation_scheme="static",
            ignored_layers=["lm_head", "model.layers.0.mlp.down_proj"],
        ),
        ["lm_head", "model.layers.0.mlp.down_proj"],
    ),
    "fp8-tensor-fused": (
        "Phi3Config",
        dict(head_dim=10, rope_scaling=None, tie_word_embeddings=True),
        fp8_shards({"qkv_proj": [40, 20, 20], "gate_up_proj": [56, 56]}),
        dict(quant_method="fp8", activation_scheme="dynamic"),
        [],
    ),
    "fp8-rows": (
        "LlamaConfig",
        {},
        fp8_rows,
        groups_of(scheme(["Linear"], 8, "channel", kind="float"), format="float-quantized"),
        ["lm_head"],
    ),
    "gptq-4bit-act-order": (
        "LlamaConfig",
        {},
        gptq(4, 16, less_one=True, symmetric=True, act_order=True),
        {**GPTQ, "bits": 4, "group_size": 16, "desc_act": True, "checkpoint_format": "gptq"},
        ["lm_head"],
    ),
    "gptq-8bit-v2": (
        "Qwen2Config",
        {},
        gptq(8, -1, less_one=False),
        {**GPTQ, "bits": 8, "group_size": -1, "sym": False, "checkpoint_format": "gptq_v2", "lm_head": True},
        [],
    ),
    "gptq-3bit": (
        "LlamaConfig",
        ALIGNED,
        gptq(3, 32, less_one=True, index=False),
        {**GPTQ, "bits": 3, "group_size": 32, "sym": False},
        ["lm_head"],
    ),
    "gptq-dynamic": (
        "LlamaConfig",
        {},
        gptq(eight_in_mlp, 20, less_one=True),
        {**GPTQ, "bits": 4, "group_size": 20, "sym": False, "dynamic": {"+:.*mlp.*": {"bits": 8}, "-:.*1.*o_proj": {}}},
        ["lm_head", "model.layers.1.self_attn.o_proj"],
    ),
    "awq": (
        "MistralConfig",
        dict(sliding_window=24),
        awq(16),
        dict(
            quant_method="awq",
            bits=4,
            group_size=16,
            zero_point=True,
            version="gemm",
            modules_to_not_convert=["layers.1.mlp.up_proj"],
        ),
        ["lm_head", "model.layers.1.mlp.up_proj"],
    ),
    "awq-fused": (
        "Phi3Config",
        dict(head_dim=10, num_key_value_heads=4, rope_scaling=None),
        awq(16),
        dict(w_bit=4, q_group_size=16, zero_point=True, version="GEMM"),
        ["lm_head"],
    ),
    "awq-gemv": (
        "LlamaConfig",
        ALIGNED,
        awq_gemv(32),
        dict(quant_method="awq", bits=4, group_size=32, zero_point=True, version="gemv"),
        ["lm_head"],
    ),
    "bitsandbytes-int8": (
        "LlamaConfig",
        {},
        bnb_int8,
        dict(quant_method="bitsandbytes", load_in_8bit=True, llm_int8_threshold=6.0, llm_int8_skip_modules=None),
        ["lm_head"],
    ),
    "bitsandbytes-nf4": (
        "LlamaConfig",
        UNEVEN,
        bnb_4bit("nf4", True),
        dict(quant_method="bitsandbytes", load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True),
        ["lm_head"],
    ),
    "bitsandbytes-fp4": (
        "LlamaConfig",
        UNEVEN,
        bnb_4bit("fp4", False),
        dict(load_in_4bit=True, bnb_4bit_quant_type="fp4", bnb_4bit_use_double_quant=False),
        ["lm_head"],
    ),
    "int8-rows": (
        "LlamaConfig",
        {},
        int8(),
        groups_of(scheme(["Linear"], 8, "channel"), format="int-quantized"),
        ["lm_head"],
    ),
    "int8-groups-asymmetric": (
        "LlamaConfig",
        {},
        int8(group=8, symmetric=False),
        groups_of(scheme(["re:.*proj"], 8, "group", group=8, symmetric=False), format="int-quantized"),
        ["lm_head"],
    ),
    "int4-act-order": (
        "LlamaConfig",
        {},
        packed(4, group=8, act_order=True),
        groups_of(scheme(["Linear"], 4, "group", group=8, actorder="group")),
        ["lm_head"],
    ),
    "int4-rows-asymmetric": (
        "LlamaConfig",
        UNEVEN,
        packed(4, symmetric=False),
        groups_of(scheme(["Linear"], 4, "channel", symmetric=False)),
        ["lm_head"],
    ),
    "int4-and-int8": (
        "LlamaConfig",
        {},
        packed(eight_in_mlp, group=8),
        groups_of(scheme(["Linear"], 4, "group", group=8), scheme(["re:.*[.]mlp[.]"], 8, "group", group=8)),
        ["lm_head"],
    ),
}

# Where the settings stand, other than in config.json.
BESIDE = {"gptq-3bit": "quantize_config.json", "awq-fused": "quant_config.json"}


def is_matrix(name, weight):
    return name.endswith(".weight") and weight.dim() == 2 and "embed_tokens" not in name


def make(name):
    kind, differences, stored, settings, left = CASES[name]
    random.manual_seed(11)
    torch.manual_seed(0)
    config = getattr(transformers, kind)(**{**SIZES, **differences})
    model = AutoModelForCausalLM.from_config(config)
    draw(model)
    folder = QUANTIZED / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tensors, hashes, tied = {}, {}, config.tie_word_embeddings
    state = model.state_dict()
    for full, weight in list(state.items()):
        module = full.removesuffix(".weight")
        if full == "lm_head.weight" and tied:
            continue
        if is_matrix(full, weight) and module not in left:
            parts, means = stored(module, weight.float())
            tensors.update({f"{module}.{part}": tensor.contiguous() for part, tensor in parts.items()})
            state[full] = means
            hashes[full] = hashlib.sha256(means.contiguous().numpy().tobytes()).hexdigest()
        else:
            tensors[full] = weight.bfloat16()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    model.load_state_dict(state)
    with tempfile.TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        expected = run(plain, prompt(LENGTH, config.vocab_size))
        said = json.loads((Path(plain) / "config.json").read_text())
        shutil.copy(Path(plain) / "generation_config.json", folder)
    if name in BESIDE:
        (folder / BESIDE[name]).write_text(json.dumps(settings, indent=2) + "\n")
    else:
        said["quantization_config"] = settings
    (folder / "config.json").write_text(json.dumps(said, indent=2) + "\n")
    expected["weights"] = hashes
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, "margin", expected["margin"], "matrices", len(hashes))


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        make(case)
