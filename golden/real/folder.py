"""Writes a Llama GGUF as a folder of Hugging Face's layout in float32.

    python folder.py MODEL.gguf FOLDER [LAYER...]

With layers, only these are written, numbered from 0: a smaller model with the same embeddings and head.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

PARTS = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
CONTROL = 3  # the GGUF's token type


def half_split(weight, heads):
    """GGUF interleaves the two halves of a rotary head; Hugging Face keeps them one after the other."""
    rows = weight.reshape(heads, weight.shape[0] // heads // 2, 2, *weight.shape[1:])
    return rows.swapaxes(1, 2).reshape(weight.shape)


def weights(reader, field, layers):
    heads, kv_heads = field("llama.attention.head_count"), field("llama.attention.head_count_kv")
    named = {}
    for tensor in reader.tensors:
        name = tensor.name
        if name == "token_embd.weight":
            target = "model.embed_tokens.weight"
        elif name == "output_norm.weight":
            target = "model.norm.weight"
        else:
            _, layer, part, _ = name.split(".")
            if int(layer) not in layers:
                continue
            target = f"model.layers.{layers.index(int(layer))}.{PARTS[part]}.weight"
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if ".attn_q." in name:
            weight = half_split(weight, heads)
        if ".attn_k." in name:
            weight = half_split(weight, kv_heads)
        named[target] = np.ascontiguousarray(weight)
    return named


def config(field, layers, vocabulary):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": vocabulary,
        "hidden_size": field("llama.embedding_length"),
        "intermediate_size": field("llama.feed_forward_length"),
        "num_hidden_layers": len(layers),
        "num_attention_heads": field("llama.attention.head_count"),
        "num_key_value_heads": field("llama.attention.head_count_kv"),
        "head_dim": field("llama.rope.dimension_count"),
        "hidden_act": "silu",
        "max_position_embeddings": field("llama.context_length"),
        "rms_norm_eps": 1e-5,
        "rope_theta": field("llama.rope.freq_base"),
        "attention_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": field("tokenizer.ggml.bos_token_id"),
        "eos_token_id": field("tokenizer.ggml.eos_token_id"),
        "torch_dtype": "float32",
    }


def tokenizer(field):
    tokens, types = field("tokenizer.ggml.tokens"), field("tokenizer.ggml.token_type")
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    added = [
        {"id": index, "content": tokens[index], "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for index, kind in enumerate(types)
        if kind == CONTROL
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level | {"add_prefix_space": False}],
        },
        "post_processor": None,
        "decoder": byte_level | {"add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in field("tokenizer.ggml.merges")],
        },
    }


def main():
    source, folder, *chosen = sys.argv[1:]
    reader = gguf.GGUFReader(source)

    def field(name):
        return reader.fields[name].contents()

    layers = [int(layer) for layer in chosen] or list(range(field("llama.block_count")))
    tokens = field("tokenizer.ggml.tokens")
    begin, end = (tokens[field(f"tokenizer.ggml.{which}_token_id")] for which in ("bos", "eos"))
    files = {
        "config.json": config(field, layers, len(tokens)),
        "generation_config.json": {"eos_token_id": field("tokenizer.ggml.eos_token_id")},
        "tokenizer.json": tokenizer(field),
        "tokenizer_config.json": {
            "bos_token": begin,
            "eos_token": end,
            "chat_template": field("tokenizer.chat_template"),
            "clean_up_tokenization_spaces": False,
            "tokenizer_class": "GPT2Tokenizer",
        },
    }
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1))
    # The last file: where it is, the folder is whole.
    save_file(weights(reader, field, layers), folder / "part", metadata={"format": "pt"})
    (folder / "part").rename(folder / "model.safetensors")


if __name__ == "__main__":
    main()
