"""SpecPC, SpecKV and their cascade as the public code of arXiv 2506.08373 runs them, and the project's other second stages.

Written from the paper's description of the algorithms, not from the Java code. Of equal scores the lowest index is taken first.
"""

import math

import torch
import torch.nn.functional as F

#: What the reference drafts where a SpecPC stage's lookahead_tokens is null: its library's default length.
LIBRARY_DEFAULT = 20


def ranked(scores, count):
    return torch.sort(scores, descending=True, stable=True).indices[:count]


def window_attention(queries, keys, rows):
    """Softmax in float32 of the last `rows` queries [H, rows, T] over [H, T, d] keys, causal among the last tokens."""
    scores = queries[:, -rows:] @ keys.transpose(1, 2) / math.sqrt(queries.shape[-1])
    hidden = torch.triu(torch.ones(rows, rows, dtype=torch.bool), 1)
    scores[:, :, -rows:].masked_fill_(hidden, torch.finfo(scores.dtype).min)
    return scores.softmax(-1, dtype=torch.float32)


def pool(scores, kind, kernel, zero_padded):
    """Smooths [..., T]. SpecPC pads with zeros, to the right the more; SpecKV centres an odd kernel and pads max with -inf."""
    if kernel == 1 or kind in (None, "none"):
        return scores
    left = (kernel - 1) // 2
    fill = 0.0 if zero_padded or kind != "max" else -torch.inf
    padded = F.pad(scores, (left, kernel - 1 - left), value=fill)
    windows = padded.unfold(-1, kernel, 1)
    return windows.amax(-1) if kind == "max" else windows.mean(-1)


def lookahead_count(settings, null):
    asked = settings.get("lookahead_tokens", null)
    return null if asked is None else asked


def drafted(draft, prompt, count, ends):
    logits, cache = draft.prefill(prompt)
    return draft.decode(logits, len(prompt), cache, count, ends) if count else []


def scored(draft, prompt, settings, count, ends):
    """Returns one score per prompt token and the tokens drafted meanwhile: the maximum over everything observed."""
    n = len(prompt)
    rows = min(settings["window_size"], n)
    first = settings.get("starting_layer_index", 0)
    reduce = (lambda x: x.amax((0, 1))) if settings.get("reduction_type", "max") == "max" else (lambda x: x.sum((0, 1)))
    ramp = torch.arange(rows) / (rows - 1) if rows > 1 else torch.ones(1)
    if not settings.get("weighted_query", True):
        ramp = torch.ones(rows)
    seen = []

    def at_prompt(queries, keys, values):
        seen.append(reduce(window_attention(queries, draft.grouped(keys), rows) * ramp[None, :, None]))
        return (keys, values), None

    logits, cache = draft.prefill(prompt, at_prompt)
    steps = [seen[first:]]
    seen = []

    def at_step(queries, keys):
        seen.append(reduce(window_attention(queries, draft.grouped(keys), 1))[:n])
        if len(seen) == len(draft.layers):
            steps.append(seen[first:])
            seen.clear()

    lookahead = draft.decode(logits, n, cache, count, ends, observe=at_step)
    total = "amax" if settings.get("reduction_type", "max") == "max" else "sum"
    per_step = torch.stack([getattr(torch.stack(layers), total)(0) for layers in steps])
    return getattr(per_step, total)(0), lookahead


def kept_tokens(scores, settings):
    n, capacity, window = len(scores), settings["max_capacity_prompt"], settings["window_size"]
    if n <= capacity:
        return list(range(n))
    kernel = settings["kernel_size"]
    neighbours = settings.get("neighbor_tokens")
    neighbours = kernel if neighbours is None else neighbours
    low, high = -((neighbours - 1) // 2), neighbours - 1 - (neighbours - 1) // 2
    offsets = sorted(range(low, high + 1), key=lambda offset: (abs(offset), offset)) if neighbours else [0]
    chosen = dict.fromkeys(range(n - window, n))
    for position in ranked(pool(scores, settings.get("pool_type", "max"), kernel, True), capacity).tolist():
        for offset in offsets:
            chosen[min(n - 1, max(0, position + offset))] = None
    return sorted(list(chosen)[:capacity])


def vertical_slash(selected, tokens, band, group):
    """The mask [H, T, T] of a sparse prefill: causal, within the band of 64-token blocks or at a selected column."""
    rows, columns = torch.arange(tokens)[:, None], torch.arange(tokens)[None, :]
    near = rows // 64 - columns // 64 <= band // 64
    vertical = torch.zeros(len(selected), tokens, dtype=torch.bool)
    for head, positions in enumerate(selected):
        vertical[head, positions] = True
    allowed = (columns <= rows) & (near | vertical[:, None, :])
    return allowed.repeat_interleave(group, 0)


class SpecKv:
    """Keeps KV pairs of `prompt` by the attention of its window and of `lookahead`; `received` scores may be blended in."""

    def __init__(self, target, settings, received=None, weight=0.0):
        self.target, self.settings, self.received, self.weight = target, settings, received, weight
        self.kept = []

    def answer(self, prompt, lookahead, count, ends, margins):
        capacity = self.settings["max_capacity_prompt"]
        n = len(prompt)
        if n <= capacity:
            logits, cache = self.target.prefill(prompt)
            return self.target.decode(logits, n, cache, count, ends, margins)
        drops = n > capacity + 1
        _, cache = self.target.prefill(prompt + lookahead, self._keep(n, len(lookahead)) if drops else None)
        # Without the lookahead and the last prompt token, which is fed again at its own position.
        held = capacity if drops else n - 1
        cache = [(keys[:, :held], values[:, :held]) for keys, values in cache]
        logits = self.target.step(prompt[-1], n - 1, cache)
        return self.target.decode(logits, n, cache, count, ends, margins)

    def _keep(self, n, lookahead):
        settings, target = self.settings, self.target
        window, capacity = settings["window_size"], settings["max_capacity_prompt"]
        rows = window + lookahead + 1
        vertical = settings.get("prefill_vertical_size", 2048)
        band = settings.get("prefill_window_size", 2048)
        over = "amax" if settings.get("reduction_type", "max") == "max" else "mean"

        def keep(queries, keys, values):
            tokens = keys.shape[1]
            candidates = n - window - 1
            attention = window_attention(queries, target.grouped(keys), rows)[:, :, :candidates]
            importance = getattr(attention.reshape(target.kv_heads, -1, candidates), over)(1)
            if self.received is not None:
                own = importance / importance.sum(-1, keepdim=True)
                other = self.received[:candidates] / self.received[:candidates].sum()
                importance = (1 - self.weight) * own + self.weight * other
            smooth = pool(importance, settings.get("pool_type", "max"), settings["kernel_size"], False)
            order = [ranked(head, max(capacity - window, vertical)) for head in smooth]
            chosen = torch.stack([head[: capacity - window] for head in order])
            self.kept.append(chosen.sort(-1).values.tolist())
            recent = torch.arange(tokens - rows, tokens).expand(len(chosen), rows)
            index = torch.cat([chosen, recent], -1)[:, :, None].expand(-1, -1, target.width)
            kept = keys.gather(1, index), values.gather(1, index)
            if tokens <= vertical + band:
                return kept, None
            columns = [head[:vertical] for head in order]
            return kept, vertical_slash(columns, tokens, band, target.heads // target.kv_heads)

        return keep


class Received:
    """Keeps the KV pairs of the tokens that the draft itself found important, alike in every layer and head."""

    def __init__(self, target, settings, received):
        self.target, self.settings, self.received = target, settings, received
        self.kept = []

    def answer(self, prompt, lookahead, count, ends, margins):
        n, capacity, window = len(prompt), self.settings["max_capacity_prompt"], self.settings["window_size"]
        if n <= max(window, capacity):
            logits, cache = self.target.prefill(prompt)
            return self.target.decode(logits, n, cache, count, ends, margins)
        smooth = pool(
            self.received[: n - window], self.settings.get("pool_type", "max"), self.settings["kernel_size"], False
        )
        chosen = sorted(ranked(smooth, capacity - window).tolist())
        index = torch.tensor(chosen + list(range(n - window, n)))
        self.kept = [[chosen] * self.target.kv_heads for _ in self.target.layers]

        def keep(queries, keys, values):
            return (keys[:, index], values[:, index]), None

        logits, cache = self.target.prefill(prompt, keep)
        return self.target.decode(logits, n, cache, count, ends, margins)


def run(draft, target, prompt, settings, count, ends):
    """Runs a method as `sparse_type` names it. Returns what it did, as the golden files hold it."""
    method = settings["sparse_type"]
    lookahead, kept, scores, margins = [], list(range(len(prompt))), None, []
    stage = None
    if method == "speckv":
        lookahead = drafted(draft, prompt, lookahead_count(settings, count), ends)
        stage = SpecKv(target, settings)
    elif method == "specpc":
        scores, lookahead = scored(draft, prompt, settings, lookahead_count(settings, LIBRARY_DEFAULT), ends)
        kept = kept_tokens(scores, settings)
    elif method == "speckvpc":
        first, second = settings["specpc_config"], settings["speckv_config"]
        kind = settings.get("second_stage", "lookahead")
        null = 1 if kind == "own_lookahead" else LIBRARY_DEFAULT
        scores, lookahead = scored(draft, prompt, first, lookahead_count(first, null), ends)
        kept = kept_tokens(scores, first)
        if kind == "own_lookahead":
            lookahead = drafted(draft, prompt, lookahead_count(second, count), ends)
        received = scores[kept]
        stage = {
            "lookahead": lambda: SpecKv(target, second),
            "own_lookahead": lambda: SpecKv(target, second),
            "blend": lambda: SpecKv(target, second, received, settings.get("blend_weight", 0.5)),
            "received": lambda: Received(target, second, received),
        }[kind]()
    elif method != "full":
        raise ValueError(f"{method} is not known here")
    read = [prompt[position] for position in kept]
    if stage is None:
        logits, cache = target.prefill(read)
        output = target.decode(logits, len(read), cache, count, ends, margins)
    else:
        output = stage.answer(read, lookahead, count, ends, margins)
    return {
        "lookahead": lookahead,
        "scores": [] if scores is None else scores.tolist(),
        "kept": kept,
        "kept_per_layer_head": [] if stage is None else stage.kept,
        "output": output,
        "smallest_argmax_margin": min(margins),
    }
