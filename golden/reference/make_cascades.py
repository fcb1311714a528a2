"""Writes cascades.json: small pairs on prompts below, at and above the budget of each stage, for every second stage.

    python golden/reference/make_cascades.py
"""

import json
import random
from pathlib import Path

import torch
from decoder import Decoder
from methods import run

GOLDEN = Path(__file__).resolve().parent.parent
NEW_TOKENS = 12
PROMPT_BUDGET, KV_BUDGET = 96, 40
#: Around each budget; SpecKV's cache holds one pair more than its budget, so it drops from budget + 2 on.
LENGTHS = [KV_BUDGET - 1, KV_BUDGET, KV_BUDGET + 1, KV_BUDGET + 2, PROMPT_BUDGET - 1, PROMPT_BUDGET, PROMPT_BUDGET + 1, 150]
PAIRS = ["llama", "qwen2", "qwen3"]
#: A tie of two tokens, nearer than rounding, would make a case of chance.
LEAST_MARGIN = 0.004

SPECPC = {
    "max_capacity_prompt": PROMPT_BUDGET,
    "window_size": 8,
    "pool_type": "max",
    "kernel_size": 4,
    "neighbor_tokens": 4,
    "reduction_type": "max",
    "starting_layer_index": 1,
    "weighted_query": True,
}
SPECKV = {
    "max_capacity_prompt": KV_BUDGET,
    "window_size": 6,
    "pool_type": "max",
    "kernel_size": 5,
    "reduction_type": "max",
    "prefill_window_size": 64,
    "prefill_vertical_size": 2048,
}


def cascades():
    for stage in ["lookahead", "own_lookahead", "received", "blend"]:
        for lookahead in [{}, {"lookahead_tokens": 3}] if stage == "lookahead" else [{"lookahead_tokens": 3}]:
            settings = {"sparse_type": "speckvpc"}
            if stage != "lookahead":
                settings["second_stage"] = stage
            settings["specpc_config"] = SPECPC | (lookahead or {"lookahead_tokens": None})
            own = {"lookahead_tokens": 7} if stage == "own_lookahead" else {}
            settings["speckv_config"] = SPECKV | own
            yield settings
    # A second stage with a larger budget than the first never drops; a sparse one has columns to choose.
    yield {"sparse_type": "speckvpc", "specpc_config": SPECPC | {"lookahead_tokens": None},
           "speckv_config": SPECKV | {"max_capacity_prompt": PROMPT_BUDGET + 8}}
    yield {"sparse_type": "speckvpc", "specpc_config": SPECPC | {"max_capacity_prompt": 140, "lookahead_tokens": 5},
           "speckv_config": SPECKV | {"prefill_vertical_size": 24}}


def singles():
    yield {"sparse_type": "specpc", **SPECPC, "lookahead_tokens": None}
    yield {"sparse_type": "speckv", **SPECKV, "lookahead_tokens": None}
    yield {"sparse_type": "speckv", **SPECKV, "prefill_vertical_size": 24, "lookahead_tokens": 5}


def case(pair, models, settings, length, seed):
    while True:
        prompt = [random.Random(seed).randrange(256) for _ in range(length)]
        prompt[0] = 256
        done = run(*models, prompt, settings, NEW_TOKENS, set())
        if done["smallest_argmax_margin"] >= LEAST_MARGIN:
            return {"pair": pair, "settings": settings, "prompt": prompt, **done, "scores": None}
        seed += 1_000_000


def main():
    torch.manual_seed(0)
    cases = []
    with torch.inference_mode():
        for pair in PAIRS:
            models = [Decoder(GOLDEN / "models" / f"{pair}-{role}") for role in ("draft", "target")]
            for settings in [*cascades(), *singles()]:
                for length in LENGTHS:
                    cases.append(case(pair, models, settings, length, len(cases)))
    for each in cases:
        del each["scores"]
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases)
    (GOLDEN / "cascades.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
