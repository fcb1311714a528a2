"""Writes model.gguf into some folders of golden/families, as llama.cpp's converter writes them: gguf-py's names of keys and
tensors, rows of llama's queries and keys in pairs, Gemma's norms plus one. Matrices are bf16, so nothing is lost.

    python make_gguf.py

Needs gguf, numpy, safetensors and torch.
"""

import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import load_file

FAMILIES = Path(__file__).resolve().parent.parent / "families"
ARCHITECTURES = {
    "llama-llama3": "llama",
    "llama-biases": "llama",
    "qwen2-yarn": "qwen2",
    "gemma3-plain": "gemma3",
    "phi3-partial": "phi3",
    "smollm3": "smollm3",
}


def in_pairs(weight, heads):
    """Rows half a head apart become neighbours."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def llama3_factors(config):
    scaling, width = config["rope_scaling"], config["hidden_size"] // config["num_attention_heads"]
    factors = []
    for i in range(width // 2):
        turns = scaling["original_max_position_embeddings"] * config["rope_theta"] ** (-2 * i / width) / (2 * math.pi)
        kept = (turns - scaling["low_freq_factor"]) / (scaling["high_freq_factor"] - scaling["low_freq_factor"])
        kept = min(1.0, max(0.0, kept))
        factors.append(1 / (kept + (1 - kept) / scaling["factor"]))
    return np.array(factors, dtype=np.float32)


def write(name, arch):
    folder = FAMILIES / name
    config = json.loads((folder / "config.json").read_text())
    width = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    out = gguf.GGUFWriter(folder / "model.gguf", arch)
    out.add_block_count(config["num_hidden_layers"])
    out.add_context_length(config["max_position_embeddings"])
    out.add_embedding_length(config["hidden_size"])
    out.add_feed_forward_length(config["intermediate_size"])
    out.add_head_count(config["num_attention_heads"])
    out.add_head_count_kv(config["num_key_value_heads"])
    out.add_layer_norm_rms_eps(config["rms_norm_eps"])
    out.add_rope_freq_base(config.get("rope_theta", 10000.0))
    out.add_rope_dimension_count(int(width * config.get("partial_rotary_factor", 1)))
    if arch == "gemma3":
        out.add_key_length(width)
        out.add_value_length(width)
        out.add_sliding_window(config["sliding_window"])
    scaling = config.get("rope_scaling")
    if scaling and scaling.get("rope_type") == "yarn":
        out.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        out.add_rope_scaling_factor(scaling["factor"])
        out.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
    if arch == "phi3":
        original, whole = config["original_max_position_embeddings"], config["max_position_embeddings"]
        out.add_rope_scaling_orig_ctx_len(original)
        out.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(whole / original) / math.log(original)))
        for kind in "long", "short":
            out.add_tensor(f"rope_factors_{kind}.weight", np.array(scaling[kind + "_factor"], dtype=np.float32))
    if scaling and scaling.get("rope_type") == "llama3":
        out.add_tensor("rope_freqs.weight", llama3_factors(config))
    out.add_token_list([f"<{i}>" for i in range(config["vocab_size"])])
    out.add_eos_token_id(config["eos_token_id"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[arch.upper()], config["num_hidden_layers"])
    for tensor, weight in load_file(folder / "model.safetensors").items():
        number = weight.float()
        if arch in ("llama", "smollm3") and "q_proj" in tensor:
            number = in_pairs(number, config["num_attention_heads"])
        if arch in ("llama", "smollm3") and "k_proj" in tensor:
            number = in_pairs(number, config["num_key_value_heads"])
        if arch == "gemma3" and tensor.endswith("norm.weight"):
            number = number + 1
        stored = names.get_name(tensor, try_suffixes=(".weight", ".bias"))
        if number.dim() == 1:
            out.add_tensor(stored, number.numpy())
        else:
            raw = number.bfloat16().contiguous().view(torch.uint16).numpy()
            out.add_tensor(stored, raw.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    print(name, (folder / "model.gguf").stat().st_size)


for case, architecture in ARCHITECTURES.items():
    write(case, architecture)
