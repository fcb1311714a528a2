# Keys and values of a KV head stand for its whole group: KV heads are put in the batch dimension and expanded with
# stride 0 (enable_gqa would leave libtorch's fused CPU path).

# x [K, n, d] -> [K, G, n, d] without a copy
def per_group(x: Tensor, group: int) -> Tensor:
  return torch.expand(x.unsqueeze(1), [-1, group, -1, -1])

# The last r rows of a sequence: queries [H, r, d] over keys and values [K, n, d], n >= r -> [H, r, d]
def causal(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
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

# As causal, but row i sees key j only in its band of tiles or where j is one of its KV head's `verticals` [K, V]:
# j <= i and (i/64 - j/64 <= band/64 or j in verticals). A mask over the dense kernel: exact, not cheaper than dense.
def vertical_slash(queries: Tensor, keys: Tensor, values: Tensor, verticals: Tensor, band: int) -> Tensor:
  kv_heads = keys.size(0)
  group = queries.size(0) // kv_heads
  rows = queries.size(1)
  tokens = keys.size(1)
  device = queries.device
  j = torch.unsqueeze(torch.arange(tokens, dtype=4, device=device), 0)
  i = torch.unsqueeze(torch.arange(tokens - rows, tokens, dtype=4, device=device), 1)
  tiles = torch.sub(torch.div(i, 64, rounding_mode="floor"), torch.div(j, 64, rounding_mode="floor"))
  near = torch.le(tiles, band // 64)
  columns = torch.zeros([kv_heads, tokens], dtype=11, device=device)
  columns = torch.scatter(columns, 1, verticals, True)
  allowed = torch.logical_and(torch.le(j, i), torch.logical_or(near, columns.unsqueeze(1)))
  q = queries.reshape([kv_heads, group, rows, -1])
  mixed = torch.scaled_dot_product_attention(q, __torch__.attention.per_group(keys, group), __torch__.attention.per_group(values, group), allowed.unsqueeze(1))
  return mixed.reshape([queries.size(0), rows, -1])

# One token of b sequences: queries [b, K, G, d] over cached keys and values [b, K, n, d] -> [b, K, G, d].
# A group's queries share one position, so they are rows of one product and need no causal mask.
def step(queries: Tensor, keys: Tensor, values: Tensor, lengths: Tensor) -> Tensor:
  if lengths.numel() == 0:
    return torch.scaled_dot_product_attention(queries, keys, values)
  places = torch.arange(keys.size(2), dtype=4, device=keys.device)
  held = torch.lt(places, lengths.unsqueeze(2))
  return torch.scaled_dot_product_attention(queries, keys, values, held.unsqueeze(2))
