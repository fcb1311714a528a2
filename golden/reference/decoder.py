"""A Llama or Qwen decoder in plain torch float32, one prompt at a time, that shows its queries and keys layer by layer.

Shapes: heads H, KV heads K, head width d, tokens T.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Decoder:
    """A checkpoint as Hugging Face writes it. `layers` reads only these layers, in this order, as a smaller model."""

    def __init__(self, folder, layers=None):
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        weights = load_file(folder / "model.safetensors")
        self.weights = {name: weight.float() for name, weight in weights.items()}
        self.layers = list(layers or range(self.config["num_hidden_layers"]))
        self.heads = self.config["num_attention_heads"]
        self.kv_heads = self.config["num_key_value_heads"]
        self.width = self.config.get("head_dim") or self.config["hidden_size"] // self.heads
        self.frequencies = self._frequencies()

    def _frequencies(self):
        half = torch.arange(0, self.width, 2, dtype=torch.int64).float() / self.width
        frequencies = 1.0 / (self.config["rope_theta"] ** half)
        scaling = self.config.get("rope_scaling")
        if not scaling:
            return frequencies
        if (scaling.get("rope_type") or scaling.get("type")) != "llama3":
            raise ValueError(f"rope scaling {scaling} is not known here")
        low, high, factor = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["factor"]
        turns = scaling["original_max_position_embeddings"] * frequencies / (2 * math.pi)
        smooth = ((turns - low) / (high - low)).clamp(0, 1)
        return (1 - smooth) * frequencies / factor + smooth * frequencies

    def norm(self, hidden, name):
        variance = hidden.pow(2).mean(-1, keepdim=True)
        return self.weights[name] * (hidden * torch.rsqrt(variance + self.config["rms_norm_eps"]))

    def linear(self, hidden, name):
        return F.linear(hidden, self.weights[name + ".weight"], self.weights.get(name + ".bias"))

    def rotate(self, heads, positions):
        """Rotary positions of [heads, T, d]."""
        angles = positions[:, None].float() * self.frequencies[None, :]
        angles = torch.cat([angles, angles], -1)
        left, right = heads.chunk(2, -1)
        return heads * angles.cos() + torch.cat([-right, left], -1) * angles.sin()

    def project(self, hidden, layer, positions):
        """Returns queries [H, T, d], keys and values [K, T, d]; queries and keys rotated."""
        attention = f"model.layers.{layer}.self_attn."
        normed = self.norm(hidden, f"model.layers.{layer}.input_layernorm.weight")

        def split(name, heads):
            return self.linear(normed, attention + name).view(len(hidden), heads, self.width).transpose(0, 1)

        queries, keys, values = split("q_proj", self.heads), split("k_proj", self.kv_heads), split("v_proj", self.kv_heads)
        if attention + "q_norm.weight" in self.weights:
            queries = self.norm(queries, attention + "q_norm.weight")
            keys = self.norm(keys, attention + "k_norm.weight")
        return self.rotate(queries, positions), self.rotate(keys, positions), values

    def finish(self, hidden, layer, attended):
        """Adds a layer's attention [H, T, d] and its feed-forward part to the hidden states."""
        block = f"model.layers.{layer}."
        flat = attended.transpose(0, 1).reshape(len(hidden), -1)
        hidden = hidden + self.linear(flat, block + "self_attn.o_proj")
        normed = self.norm(hidden, block + "post_attention_layernorm.weight")
        gated = F.silu(self.linear(normed, block + "mlp.gate_proj")) * self.linear(normed, block + "mlp.up_proj")
        return hidden + self.linear(gated, block + "mlp.down_proj")

    def grouped(self, keys):
        """Repeats [K, T, d] for the query heads that share each KV head."""
        return keys.repeat_interleave(self.heads // self.kv_heads, 0)

    def logits(self, hidden):
        normed = self.norm(hidden[-1:], "model.norm.weight")
        tied = "lm_head.weight" not in self.weights
        return F.linear(normed, self.weights["model.embed_tokens.weight" if tied else "lm_head.weight"])[0]

    def prefill(self, tokens, keep=None):
        """Reads a prompt into an empty cache.

        keep(queries, keys, values) says per layer what is kept, (keys, values), and which attention is allowed, a mask
        [H, T, T] or None for causal. Returns the logits after the last token and the cache, one pair per layer.
        """
        hidden = self.weights["model.embed_tokens.weight"][torch.tensor(tokens)]
        positions = torch.arange(len(tokens))
        cache = []
        for layer in self.layers:
            queries, keys, values = self.project(hidden, layer, positions)
            kept, mask = ((keys, values), None) if keep is None else keep(queries, keys, values)
            attended = F.scaled_dot_product_attention(
                queries, self.grouped(keys), self.grouped(values), attn_mask=mask, is_causal=mask is None
            )
            cache.append(kept)
            hidden = self.finish(hidden, layer, attended)
        return self.logits(hidden), cache

    def step(self, token, position, cache, observe=None):
        """Feeds one token; `cache` grows in place. observe(queries, keys) sees each layer's [H, 1, d] and [K, T, d]."""
        hidden = self.weights["model.embed_tokens.weight"][torch.tensor([token])]
        positions = torch.tensor([position])
        for index, layer in enumerate(self.layers):
            queries, keys, values = self.project(hidden, layer, positions)
            cache[index] = (torch.cat([cache[index][0], keys], 1), torch.cat([cache[index][1], values], 1))
            keys, values = cache[index]
            if observe is not None:
                observe(queries, keys)
            attended = F.scaled_dot_product_attention(queries, self.grouped(keys), self.grouped(values))
            hidden = self.finish(hidden, layer, attended)
        return self.logits(hidden)

    def decode(self, logits, position, cache, count, ends, margins=None, observe=None):
        """Greedy tokens, the end token included; the last one is not fed. `margins` collects the lead of each choice."""
        output = []
        while True:
            best = logits.topk(2).values
            if margins is not None:
                margins.append(float(best[0] - best[1]))
            token = int(logits.argmax())
            output.append(token)
            if token in ends or len(output) == count:
                return output
            logits = self.step(token, position, cache, observe)
            position += 1
