# A KV head's keys and values serve its whole group. KV heads become the batch dimension and are expanded with stride 0,
# because enable_gqa would leave libtorch's fused CPU path.

# x [K, n, d] -> [K, G, n, d] without a copy
def per_group(x: Tensor, group: int) -> Tensor:
  return torch.expand(x.unsqueeze(1), [-1, group, -1, -1])

# The last r rows of a sequence: queries [H, r, d] over keys and values [K, n, d], n >= r -> [H, r, d]
def causal(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  if queries.device.type == "cpu" and queries.dtype == 15:
    return __torch__.attention.causal_blocks(queries, keys, values)
  kv_heads = keys.size(0)
  group = queries.size(0) // kv_heads
  rows = queries.size(1)
  tokens = keys.size(1)
  q = queries.reshape([kv_heads, group, rows, -1])
  k = __torch__.attention.per_group(keys, group)
  v = __torch__.attention.per_group(values, group)
  if rows == tokens:
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
  else:
    if rows == 1:
      mixed = torch.scaled_dot_product_attention(q, k, v)
    else:
      mask = torch.triu(torch.full([rows, tokens], -inf, dtype=q.dtype, device=q.device), 1 + tokens - rows)
      mixed = torch.scaled_dot_product_attention(q, k, v, mask)
  return mixed.reshape([queries.size(0), rows, -1])

# As causal, for bf16 on a CPU. Each block of rows takes two matrix products and a softmax. The scores fit the caches
# and the products run at oneDNN's full rate, which makes this three times as fast as libtorch's fused kernel there (see
# docs/performance.md). Scores take at most 48 MB, because malloc maps anything above 64 MB anew for every block, and it
# is then faulted in page by page.
def causal_blocks(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  kv_heads = keys.size(0)
  group = queries.size(0) // kv_heads
  rows = queries.size(1)
  q = queries.reshape([kv_heads, group, rows, -1])
  mixed = torch.empty_like(q)
  most = 25165824 // (group * keys.size(1))
  # Takes fewer KV heads at once rather than blocks of less than 64 rows.
  together = max(1, min(kv_heads, most // 64))
  block = max(1, min(128, most // together // 16 * 16))
  head = 0
  while head < kv_heads:
    heads = min(together, kv_heads - head)
    k = keys.narrow(0, head, heads)
    v = values.narrow(0, head, heads)
    __torch__.attention.causal_rows(q.narrow(0, head, heads), k, v, block, mixed.narrow(0, head, heads))
    head = head + heads
  return mixed.view([queries.size(0), rows, -1])

# Queries [K, G, r, d] over keys and values [K, n, d], `block` rows at once, into mixed [K, G, r, d].
def causal_rows(queries: Tensor, keys: Tensor, values: Tensor, block: int, mixed: Tensor) -> None:
  rows = queries.size(2)
  past = keys.size(1) - rows
  first = 0
  while first < rows:
    count = min(block, rows - first)
    visible = past + first + count
    scores = __torch__.attention.scaled_scores(queries.narrow(2, first, count), keys.narrow(1, 0, visible))
    __torch__.attention.hide_future(scores, count)
    part = __torch__.attention.mix(scores, values.narrow(1, 0, visible))
    torch.copy_(mixed.narrow(2, first, count), part)
    first = first + count
  return None

# queries [K, G, r, d] by keys [K, n, d], over the root of d -> [K, G, r, n]
def scaled_scores(queries: Tensor, keys: Tensor) -> Tensor:
  kv_heads = queries.size(0)
  q = queries.reshape([kv_heads, -1, queries.size(3)])
  scores = torch.baddbmm(q.new_empty([1, 1, 1]), q, keys.transpose(1, 2), beta=0, alpha=1. / torch.sqrt(queries.size(3)))
  return scores.view([kv_heads, queries.size(1), queries.size(2), -1])

# The last r keys of scores [K, G, r, n] belong to its r rows. Each row sees its own key and those before it; in place.
def hide_future(scores: Tensor, rows: int) -> None:
  if rows > 1:
    future = torch.triu(torch.full([rows, rows], -inf, dtype=scores.dtype, device=scores.device), 1)
    torch.add_(scores.narrow(3, scores.size(3) - rows, rows), future)
  return None

# Softmax of scores [K, G, r, n] (in float32 inside) by values [K, n, d] -> [K, G, r, d]
def mix(scores: Tensor, values: Tensor) -> Tensor:
  kv_heads = scores.size(0)
  shares = torch.softmax(scores, -1).view([kv_heads, -1, scores.size(3)])
  return torch.bmm(shares, values).view([kv_heads, scores.size(1), scores.size(2), -1])

# As causal, but a row sees at most `window` keys, its own being the last. Each tile of rows reads the keys that any of
# its rows sees.
def windowed(queries: Tensor, keys: Tensor, values: Tensor, window: int) -> Tensor:
  kv_heads = keys.size(0)
  rows = queries.size(1)
  past = keys.size(1) - rows
  q = queries.reshape([kv_heads, queries.size(0) // kv_heads, rows, -1])
  mixed = torch.empty_like(q)
  tile = max(16, min(128, 25165824 // (queries.size(0) * (window + 128)) // 16 * 16))
  first = 0
  while first < rows:
    count = min(tile, rows - first)
    visible = past + first + count
    start = max(0, past + first + 1 - window)
    scores = __torch__.attention.scaled_scores(q.narrow(2, first, count), keys.narrow(1, start, visible - start))
    __torch__.attention.hide_future(scores, count)
    __torch__.attention.hide_past(scores, count, window)
    part = __torch__.attention.mix(scores, values.narrow(1, start, visible - start))
    torch.copy_(mixed.narrow(2, first, count), part)
    first = first + count
  return mixed.view([queries.size(0), rows, -1])

# The last r keys of scores [K, G, r, n] belong to its r rows. Each row sees at most `window` keys; in place.
def hide_past(scores: Tensor, rows: int, window: int) -> None:
  keys = scores.size(3)
  if keys > window:
    past = torch.full([rows, keys], -inf, dtype=scores.dtype, device=scores.device)
    torch.add_(scores, torch.tril(past, keys - rows - window))
  return None

# As causal, but row i sees key j only if j is in its band of tiles of 64, or is one of its KV head's `verticals`
# [K, V], ascending: j <= i and (i/64 - j/64 <= band/64 or j in verticals). A tile of rows costs band + 64 keys and its
# columns before the band, at most V, whatever the length of the prompt.
def vertical_slash(queries: Tensor, keys: Tensor, values: Tensor, verticals: Tensor, band: int) -> Tensor:
  kv_heads = keys.size(0)
  rows = queries.size(1)
  past = keys.size(1) - rows
  q = queries.reshape([kv_heads, queries.size(0) // kv_heads, rows, -1])
  mixed = torch.empty_like(q)
  # Columns after the last row have no key yet, and no tile uses them.
  index = torch.clamp(verticals, 0, keys.size(1) - 1).unsqueeze(2).expand([-1, -1, keys.size(2)])
  column_keys = torch.gather(keys, 1, index)
  column_values = torch.gather(values, 1, index)
  first_tile = past // 64
  outside = __torch__.attention.columns_before_band(verticals, band, first_tile, (past + rows - 1) // 64)
  first = 0
  while first < rows:
    tile = (past + first) // 64
    count = min((tile + 1) * 64 - past, rows) - first
    visible = past + first + count
    start = max(0, tile * 64 - band)
    fewest = int(torch.select(torch.select(outside, 0, 0), 0, tile - first_tile))
    width = int(torch.select(torch.select(outside, 0, 1), 0, tile - first_tile))
    k = torch.cat([column_keys.narrow(1, 0, width), keys.narrow(1, start, visible - start)], 1)
    v = torch.cat([column_values.narrow(1, 0, width), values.narrow(1, start, visible - start)], 1)
    scores = __torch__.attention.scaled_scores(q.narrow(2, first, count), k)
    # If another KV head has more columns before the band, some of this head's lie inside it. The band covers them
    # already.
    if fewest < width:
      inside = torch.ge(verticals.narrow(1, fewest, width - fewest), start).unsqueeze(1).unsqueeze(1)
      torch.masked_fill_(scores.narrow(3, fewest, width - fewest), inside, -inf)
    __torch__.attention.hide_future(scores, count)
    torch.copy_(mixed.narrow(2, first, count), __torch__.attention.mix(scores, v))
    first = first + count
  return mixed.view([queries.size(0), rows, -1])

# How many of `verticals` [K, V] lie before the band of each tile from `first` to `last`, for the KV head with the
# fewest and for the one with the most -> [2, last - first + 1], on the CPU
def columns_before_band(verticals: Tensor, band: int, first: int, last: int) -> Tensor:
  tiles = torch.arange(first, last + 1, dtype=4, device=verticals.device)
  starts = (tiles * 64 - band).view([-1, 1, 1])
  before = torch.sum(torch.lt(verticals.unsqueeze(0), starts), [2])
  bounds = torch.stack([torch.amin(before, [1]), torch.amax(before, [1])])
  return torch.to(bounds, torch.device("cpu"), 4)

# One token of b sequences: queries [b, K, G, d] over cached keys and values [b, K, n, d] from place `first` on ->
# [b, K, G, d]. The queries of a group share one position, so they are rows of one product and need no causal mask.
def step(queries: Tensor, keys: Tensor, values: Tensor, lengths: Tensor, first: int, window: int) -> Tensor:
  if lengths.numel() == 0:
    return torch.scaled_dot_product_attention(queries, keys, values)
  held = __torch__.attention.seen(first, keys.size(2), lengths.unsqueeze(2), window)
  return torch.scaled_dot_product_attention(queries, keys, values, held.unsqueeze(2))

# Which of `count` places from `first` on hold a key that a query sees, if its sequence holds `lengths` [..., 1] keys ->
# [..., count]
def seen(first: int, count: int, lengths: Tensor, window: int) -> Tensor:
  places = torch.arange(first, first + count, dtype=4, device=lengths.device)
  held = torch.lt(places, lengths)
  if window > 0:
    held = torch.logical_and(held, torch.ge(places, torch.sub(lengths, window)))
  return held

# Several tokens of b sequences: queries [r, K, G, d], with the rows of a sequence adjacent, over arenas [s, K, c, d] ->
# [r, K, G, d]. A row sees the first `lengths` [r, K] keys of its slot, or the last `window` of those, none of them
# before `starts`. Slots are read in place.
def chunks(queries: Tensor, keys: Tensor, values: Tensor, slots: List[int], counts: List[int], starts: List[int],
    longest: List[int], lengths: Tensor, window: int) -> Tensor:
  kv_heads = queries.size(1)
  group = queries.size(2)
  mixed = torch.empty_like(queries)
  first = 0
  for i in range(len(slots)):
    rows = counts[i]
    q = queries.narrow(0, first, rows).transpose(0, 1).reshape([1, kv_heads, rows * group, -1])
    count = longest[i] - starts[i]
    k = keys.narrow(0, slots[i], 1).narrow(2, starts[i], count)
    v = values.narrow(0, slots[i], 1).narrow(2, starts[i], count)
    held = lengths.narrow(0, first, rows).transpose(0, 1).unsqueeze(2)
    seen = __torch__.attention.seen(starts[i], count, held, window)
    mask = seen.unsqueeze(2).expand([-1, -1, group, -1]).reshape([1, kv_heads, rows * group, -1])
    part = torch.scaled_dot_product_attention(q, k, v, mask)
    torch.copy_(mixed.narrow(0, first, rows), part.view([kv_heads, rows, group, -1]).transpose(0, 1))
    first = first + rows
  return mixed
