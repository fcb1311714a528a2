"""Makes golden/families: a tiny random checkpoint of each family and rope scaling, and what transformers computes of it.

    python make_families.py [CASE...]

Needs torch and transformers (4.57 and 5.24 were used: the same numbers). Weights are drawn in float32 with a fixed seed and
stored in bf16, so that what transformers computes in float32 and in bf16 is of the same weights. Each folder gets
`expected.json`:

  prompt        token ids
  last_logits   float32, after the last prompt token
  checksum      sum of |logits| over the whole prompt, float32
  greedy        tokens that follow in float32, each the argmax of a pass over all tokens before it at the frequencies of the
                prompt: dynamic scalings would otherwise change the base with every token
  margin        how far the closest of them was from another
  bf16_logits   as last_logits, computed in bf16
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM

FAMILIES = Path(__file__).resolve().parent.parent / "families"
TOKENS = 12

SIZES = dict(
    vocab_size=96,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
    initializer_range=0.25,
    attn_implementation="eager",
)


def yarn(**more):
    return dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, **more)


def factors(first, step, count=4):
    return [first + step * i for i in range(count)]


LONGROPE = dict(type="longrope", short_factor=factors(1.0, 0.25), long_factor=factors(1.5, 1.0))

# name: (config class, what differs from SIZES, prompt length)
CASES = {
    "llama-linear": ("LlamaConfig", dict(rope_scaling=dict(rope_type="linear", factor=3.0)), 70),
    "llama-dynamic": (
        "LlamaConfig",
        dict(max_position_embeddings=40, rope_scaling=dict(rope_type="dynamic", factor=4.0)),
        70,
    ),
    "llama-llama3": (
        "LlamaConfig",
        dict(
            rope_theta=500000.0,
            rope_scaling=dict(
                rope_type="llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=32,
            ),
        ),
        70,
    ),
    "qwen2-yarn": ("Qwen2Config", dict(max_position_embeddings=32, rope_theta=1000000.0, rope_scaling=yarn()), 70),
    "qwen3-yarn": (
        "Qwen3Config",
        dict(
            head_dim=16,
            rope_theta=1000000.0,
            rope_scaling=yarn(beta_fast=16.0, beta_slow=2.0, attention_factor=1.25),
        ),
        70,
    ),
    "llama-yarn-mscale": (
        "LlamaConfig",
        dict(rope_scaling=yarn(mscale=0.707, mscale_all_dim=1.0, truncate=False)),
        70,
    ),
    "qwen2-window": (
        "Qwen2Config",
        dict(use_sliding_window=True, sliding_window=16, max_window_layers=2),
        70,
    ),
    "mistral": ("MistralConfig", dict(sliding_window=24, head_dim=16), 70),
    "gemma3": (
        "Gemma3TextConfig",
        dict(
            num_hidden_layers=7,
            head_dim=16,
            sliding_window=24,
            query_pre_attn_scalar=24,
            rope_scaling=dict(rope_type="linear", factor=2.0),
            sliding_window_pattern=3,
            layer_types=[
                "full_attention" if (layer + 1) % 3 == 0 else "sliding_attention" for layer in range(7)
            ],
        ),
        70,
    ),
    # As GGUF files can say it: five layers with a window, one without, and the usual scale of attention.
    "gemma3-plain": (
        "Gemma3TextConfig",
        dict(
            num_hidden_layers=7,
            head_dim=16,
            sliding_window=24,
            query_pre_attn_scalar=16,
            layer_types=["full_attention" if (layer + 1) % 6 == 0 else "sliding_attention" for layer in range(7)],
        ),
        70,
    ),
    "phi3-short": (
        "Phi3Config",
        dict(original_max_position_embeddings=64, max_position_embeddings=256, rope_scaling=LONGROPE, sliding_window=200),
        50,
    ),
    "phi3-long": (
        "Phi3Config",
        dict(original_max_position_embeddings=64, max_position_embeddings=256, rope_scaling=LONGROPE, sliding_window=30),
        80,
    ),
    "phi3-partial": (
        "Phi3Config",
        dict(
            hidden_size=64,
            partial_rotary_factor=0.75,
            original_max_position_embeddings=64,
            rope_scaling=dict(
                type="longrope", short_factor=factors(1.0, 0.2, 6), long_factor=factors(1.2, 0.7, 6)
            ),
            tie_word_embeddings=True,
        ),
        80,
    ),
    # Models of text and pictures: the language part stands in a config of its own, and under names with a prefix.
    "gemma3-with-pictures": (
        "Gemma3Config",
        dict(
            text_config=dict(num_hidden_layers=6, head_dim=16, sliding_window=24),
            vision_config=dict(
                hidden_size=8,
                intermediate_size=8,
                num_hidden_layers=1,
                num_attention_heads=1,
                image_size=8,
                patch_size=4,
            ),
            mm_tokens_per_image=4,
            image_token_index=95,
        ),
        70,
    ),
    "mistral3-with-pictures": (
        "Mistral3Config",
        dict(
            text_config=dict(model_type="mistral", sliding_window=None, head_dim=16, num_hidden_layers=3),
            vision_config=dict(
                model_type="pixtral",
                hidden_size=8,
                intermediate_size=8,
                num_hidden_layers=1,
                num_attention_heads=1,
                image_size=8,
                patch_size=4,
            ),
            image_token_index=95,
        ),
        70,
    ),
    "llava": (
        "LlavaConfig",
        dict(
            text_config=dict(model_type="llama", num_hidden_layers=3, num_key_value_heads=4),
            vision_config=dict(
                model_type="clip_vision_model",
                hidden_size=8,
                intermediate_size=8,
                num_hidden_layers=1,
                num_attention_heads=1,
                image_size=8,
                patch_size=4,
                projection_dim=8,
            ),
            image_token_index=95,
        ),
        70,
    ),
    "llama-biases": ("LlamaConfig", dict(attention_bias=True, mlp_bias=True), 70),
    "qwen3-biases": ("Qwen3Config", dict(head_dim=16, attention_bias=True), 70),
    "qwen3-moe": (
        "Qwen3MoeConfig",
        dict(
            head_dim=8,
            num_experts=6,
            num_experts_per_tok=2,
            moe_intermediate_size=24,
            norm_topk_prob=True,
            mlp_only_layers=[1],
        ),
        70,
    ),
    "qwen3-moe-plain-shares": (
        "Qwen3MoeConfig",
        dict(
            head_dim=8,
            num_experts=5,
            num_experts_per_tok=3,
            moe_intermediate_size=24,
            norm_topk_prob=False,
            decoder_sparse_step=2,
        ),
        70,
    ),
    "smollm3": ("SmolLM3Config", dict(num_hidden_layers=5), 70),
}


def prompt(length, vocabulary):
    """Ids without a pattern that a tiny model could repeat."""
    state, ids = 12345, []
    for _ in range(length):
        state = (1103515245 * state + 12345) % 2**31
        ids.append(3 + state // 65536 % (vocabulary - 3))
    return ids


def draw(model):
    """Weights as large as those of trained models are, norms beside one or, where they are stored less one, beside zero."""
    generator = torch.Generator().manual_seed(7)
    gemma = model.config.model_type.startswith("gemma")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if "norm" in name:
                weight.copy_(noise * 0.2 + (0.0 if gemma else 1.0))
            elif weight.dim() == 1:
                weight.copy_(noise * 0.5)
            else:
                weight.copy_(noise * 1.2 / weight.shape[-1] ** 0.5)
            weight.copy_(weight.bfloat16().float())


def wrapped(config):
    """The class of a model of text and pictures, which has none of text alone."""
    return getattr(transformers, f"{type(config).__name__.removesuffix('Config')}ForConditionalGeneration")


def of_config(config):
    if config.get_text_config() is config:
        return AutoModelForCausalLM.from_config(config)
    return wrapped(config)(config)


def of_folder(folder, **how):
    config = AutoConfig.from_pretrained(folder)
    kind = AutoModelForCausalLM if config.get_text_config() is config else wrapped(config)
    return kind.from_pretrained(folder, attn_implementation="eager", **how)


def logits(model, ids):
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()


def fix_frequencies(model):
    """From here on rotary tables stay what they are."""
    for module in model.modules():
        if type(module).__name__.endswith("RotaryEmbedding"):
            module.rope_type = "default"


def run(folder, ids):
    # Greedy tokens of a model of its own, whose frequencies are those of the prompt.
    model = of_folder(folder, dtype=torch.float32)
    whole = logits(model, ids)
    fix_frequencies(model)
    sequence, greedy, margin = list(ids), [], float("inf")
    row = whole[-1]
    for _ in range(TOKENS):
        best = row.topk(2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        greedy.append(int(best.indices[0]))
        sequence.append(greedy[-1])
        row = logits(model, sequence)[-1]
    model = of_folder(folder, dtype=torch.bfloat16)
    return dict(
        prompt=ids,
        last_logits=[round(float(x), 6) for x in whole[-1]],
        checksum=float(whole.abs().sum()),
        greedy=greedy,
        margin=round(margin, 6),
        bf16_logits=[round(float(x), 4) for x in logits(model, ids)[-1]],
    )


def settings(differences):
    if "text_config" in differences:
        return {**differences, "text_config": {**SIZES, **differences["text_config"]}, "attn_implementation": "eager"}
    return {**SIZES, **differences}


def make(name):
    kind, differences, length = CASES[name]
    config = getattr(transformers, kind)(**settings(differences))
    torch.manual_seed(0)
    model = of_config(config)
    draw(model)
    folder = FAMILIES / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    ids = prompt(length, config.get_text_config().vocab_size)
    expected = run(folder, ids)
    # Comments of the library's own, and nothing that a model is read by.
    (folder / "expected.json").write_text(json.dumps(expected, indent=None) + "\n")
    print(name, "margin", expected["margin"], "greedy", expected["greedy"])


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        make(case)
