# How much a pass's queries attend to its keys. This is computed besides the fused attention, and never as an n-by-n
# matrix. Reductions: 0 maximum, 1 sum.

def reduced(x: Tensor, over: int, axis: int) -> Tensor:
  if over == 0:
    return torch.amax(x, [axis])
  return torch.sum(x, [axis])

def joined(a: Tensor, b: Tensor, over: int) -> Tensor:
  if over == 0:
    return torch.maximum(a, b)
  return torch.add(a, b)

# Softmax in float32 of queries [G, r, d], the first at key `position`, over keys [n, d] -> [G, r, n]. With a `window` a
# query sees at most that many keys, its own being the last.
def attention(queries: Tensor, keys: Tensor, position: int, window: int) -> Tensor:
  rows = queries.size(1)
  tokens = keys.size(0)
  rows_of_all = queries.reshape([-1, keys.size(1)])
  scale = 1. / torch.sqrt(keys.size(1))
  logits = torch.to(torch.addmm(keys.new_empty([1]), rows_of_all, torch.t(keys), beta=0, alpha=scale), 6)
  logits = logits.view([queries.size(0), rows, tokens])
  hidden = tokens - position
  if hidden > 1:
    future = torch.triu(torch.full([rows, hidden], -inf, dtype=6, device=keys.device), 1)
    torch.add_(logits.narrow(2, position, hidden), future)
  if window > 0 and tokens > window:
    past = torch.tril(torch.full([rows, tokens], -inf, dtype=6, device=keys.device), position - window)
    torch.add_(logits, past)
  return torch.softmax(logits, -1)

# queries [H, r, d], keys [K, n, d] -> [K, candidates], or [1, candidates] if `shared`; weights [r] scale each query's
# attention before it is smoothed (a zero-padded mean of `pool` keys) and reduced over queries, then over a KV head's group (and over KV heads). `block` rows at once.
def scores(queries: Tensor, keys: Tensor, position: int, candidates: int, weights: Tensor, over_queries: int,
    over_heads: int, shared: bool, pool: int, block: int, window: int) -> Tensor:
  kv_heads = keys.size(0)
  group = queries.size(0) // kv_heads
  rows = queries.size(1)
  heads = annotate(List[Tensor], [])
  for head in range(kv_heads):
    q = queries.narrow(0, head * group, group)
    k = keys.select(0, head)
    seen = torch.zeros([group, candidates], dtype=6, device=keys.device)
    first = 0
    while first < rows:
      count = min(block, rows - first)
      visible = min(k.size(0), position + first + count)
      part = __torch__.observe.attention(q.narrow(1, first, count), k.narrow(0, 0, visible), position + first,
          window)
      part = part.narrow(2, 0, min(candidates, visible))
      if weights.numel() > 0:
        part = torch.mul_(part, torch.view(weights.narrow(0, first, count), [1, -1, 1]))
      if pool > 1:
        part = torch.avg_pool1d(part, [pool], [1], [pool // 2])
      left = seen.narrow(1, 0, part.size(2))
      torch.copy_(left, __torch__.observe.joined(left, __torch__.observe.reduced(part, over_queries, 1), over_queries))
      first = first + count
    torch.append(heads, torch.unsqueeze(__torch__.observe.reduced(seen, over_heads, 0), 0))
  all = torch.cat(heads, 0)
  if shared:
    all = torch.unsqueeze(__torch__.observe.reduced(all, over_heads, 0), 0)
  return all
