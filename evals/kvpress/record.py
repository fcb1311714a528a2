"""Records what the presses of kvpress keep of prompts, what is then answered, and how long it takes.

    python record.py MODEL OUT.json --budget 256 [--window 32] [--kernel 7] [--tokens 32] [--threads 1]
                     [--length 400] [--question TEXT] [--times 0] PROMPT...

MODEL is a folder as Hugging Face writes it; it is read in float32. PROMPT is a text, which the question follows, or a JSON file
with prompt_ids (golden/real); of both the first --length tokens are read. The file that is written has

  model, budget, window, kernel, versions
  prompts    name and ids of each
  full       of each prompt the greedy answer over the full cache, and the seconds of its prefill
  runs       prompt (its name), press, settings; kept: for each layer and KV head a bitmap of the prompt's positions, base64,
             lowest bit first; answer; seconds of the prefill with its eviction, as often as --times says

The budget is what kvpress keeps of each KV head on average, its window included. The first token of an answer is that of
the prefill, which sees the full cache; the others see what was kept, at their own positions.

golden/kvpress was recorded so, from the root of the project:

    record.py models/speckv-tiny-target golden/kvpress/speckv-tiny-target.json docs/examples/hidden-number.txt
        --budget 128 --window 8
    record.py golden/models/qwen3-target golden/kvpress/qwen3-target.json docs/examples/hidden-number.txt
        --budget 128 --window 8 --length 400 --tokens 16
    record.py golden/target/smollm2 golden/kvpress/smollm2.json golden/real/p01.json
        --budget 128 --window 16 --length 400 --tokens 8
"""

import argparse
import base64
import json
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from kvpress import AdaKVPress, ObservedAttentionPress, PyramidKVPress, SnapKVPress, StreamingLLMPress, TOVAPress
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.utils import logging


def presses(window, kernel):
    """Every press under the settings that it is made with from its share."""
    snap = {"window_size": window, "kernel_size": kernel}
    yield "snapkv", snap, lambda ratio: SnapKVPress(ratio, **snap)
    for beta in (20, 4):
        yield "pyramidkv", {**snap, "beta": beta}, lambda ratio, b=beta: PyramidKVPress(ratio, **snap, beta=b)
    for alpha in (0.2, 0.0):
        yield (
            "adakv",
            {**snap, "alpha_safeguard": alpha},
            lambda ratio, a=alpha: AdaKVPress(SnapKVPress(ratio, **snap), alpha_safeguard=a),
        )
    yield "streamingllm", {"n_sink": 4}, lambda ratio: StreamingLLMPress(ratio, n_sink=4)
    yield "tova", {}, lambda ratio: TOVAPress(ratio)
    yield "observed", {}, lambda ratio: ObservedAttentionPress(ratio)


def prefill(model, press, ids):
    """The cache after the prompt, the first token of the answer, and the seconds."""
    cache = DynamicCache()
    started = time.perf_counter()
    if press is None:
        logits = model(ids, past_key_values=cache, logits_to_keep=1).logits
    else:
        with press(model):
            logits = model(ids, past_key_values=cache, logits_to_keep=1).logits
    return cache, int(logits[0, -1].argmax()), time.perf_counter() - started


def answer(model, cache, first, prompt, tokens):
    said = [first]
    for position in range(prompt, prompt + tokens - 1):
        logits = model(
            torch.tensor([said[-1:]]), past_key_values=cache, position_ids=torch.tensor([[position]])
        ).logits
        said.append(int(logits[0, -1].argmax()))
    return said


def watched(press, kept):
    """The press, whose kept positions are put into kept by layer. Presses gather keys and values alike, so positions that go
    through in place of the values come out as what was gathered."""
    compress = press.compress

    def watching(module, hidden_states, keys, values, attentions, kwargs):
        heads, n = keys.shape[1], keys.shape[2]
        positions = torch.arange(n, dtype=torch.float32).view(1, 1, n, 1).expand(values.shape).contiguous()
        compressed, gathered = compress(module, hidden_states, keys, positions, attentions, kwargs)
        gathered = gathered[..., :1].long()
        stays = torch.zeros(heads, n, dtype=torch.bool)
        stays.scatter_(1, gathered[0, :, :, 0], True)
        masked = getattr(module, "masked_key_indices", None)
        if masked is not None:
            stays[masked[1], masked[2]] = False
        kept[module.layer_idx] = stays.numpy()
        return compressed, values.gather(2, gathered.expand(-1, -1, -1, values.shape[3])).contiguous()

    press.compress = watching
    return press


def bitmaps(stays):
    return [base64.b64encode(np.packbits(head, bitorder="little")).decode() for head in stays]


def prompt_ids(tokenizer, path, length, question):
    if path.suffix == ".json":
        return json.loads(path.read_text())["prompt_ids"][:length]
    return tokenizer(path.read_text()).input_ids[:length] + (tokenizer(question).input_ids if question else [])


def main():
    args = argparse.ArgumentParser()
    args.add_argument("model")
    args.add_argument("out", type=Path)
    args.add_argument("prompts", type=Path, nargs="+")
    args.add_argument("--budget", type=int, required=True)
    args.add_argument("--window", type=int, default=32)
    args.add_argument("--kernel", type=int, default=7)
    args.add_argument("--tokens", type=int, default=32)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--length", type=int)
    args.add_argument("--question", default="")
    args.add_argument("--times", type=int, default=0)
    asked = args.parse_args()

    logging.disable_progress_bar()
    torch.set_num_threads(asked.threads)
    torch.set_grad_enabled(False)
    tokenizer = AutoTokenizer.from_pretrained(asked.model)
    model = AutoModelForCausalLM.from_pretrained(asked.model, dtype=torch.float32).eval()
    prompts, full, runs = [], [], []
    for path in asked.prompts:
        ids = prompt_ids(tokenizer, path, asked.length, asked.question)
        prompts.append({"name": path.name, "ids": ids})
        tensor, n = torch.tensor([ids]), len(ids)
        # Sums of n(1 - ratio) must not fall below the budget by rounding.
        ratio = 1 - (asked.budget + 1e-6) / n
        model.set_attn_implementation("sdpa")
        cache, first, _ = prefill(model, None, tensor)
        said = answer(model, cache, first, n, asked.tokens)
        full.append({"prompt": path.name, "answer": said, "seconds": times(model, lambda: None, tensor, asked.times)})
        for name, settings, make in presses(asked.window, asked.kernel):
            # Only eager attention returns accumulated attention; AdaKV refuses it.
            model.set_attn_implementation("eager" if name == "observed" else "sdpa")
            kept = {}
            cache, first, _ = prefill(model, watched(make(ratio), kept), tensor)
            said = answer(model, cache, first, n, asked.tokens)
            runs.append(
                {
                    "prompt": path.name,
                    "press": name,
                    "settings": settings,
                    "kept": [bitmaps(kept[layer]) for layer in sorted(kept)],
                    "answer": said,
                    "seconds": times(model, lambda: make(ratio), tensor, asked.times),
                }
            )
            print(path.name, n, name, settings, repr(tokenizer.decode(said))[:80], runs[-1]["seconds"], flush=True)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    versions = {each: version(each) for each in ("kvpress", "transformers", "torch")}
    head = {"model": Path(asked.model).name, "budget": asked.budget, "window": asked.window, "kernel": asked.kernel}
    lines = ",\n ".join(json.dumps(run) for run in runs)
    start = json.dumps({**head, "versions": versions, "prompts": prompts, "full": full})
    asked.out.write_text(f'{start[:-1]},\n"runs": [\n {lines}]}}\n')


def times(model, make, ids, count):
    """Seconds of each of so many prefills that nobody watches."""
    return [round(prefill(model, make(), ids)[2], 4) for _ in range(count)]


if __name__ == "__main__":
    main()
