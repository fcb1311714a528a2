# The decoder of all families (Architecture.java), one layer and one block of rows at a time.
#
# Axes: tokens n, rows of one call r, heads H, KV heads K, group G = H / K, head dimension d, hidden size h,
# intermediate size f, vocabulary v, batch of decoding sequences b, slots s, slot capacity c. The loops over layers and
# blocks are in Java (PromptPass, DecodeStep), so that a caller can cancel, observe or evict between calls.
#
# One layer's weights are passed as two lists (ModelWeights.java makes them):
#   norms    0 before attention [h], 1 query [d], 2 key [d], 3 before the MLP [h], 4 after attention [h], 5 after the MLP
#            [h]; 1 and 2, 4 and 5 empty where the architecture has none
#   linears  0 query, key and value as one, 1 output, 2 gate, 3 up, 4 down; 3 absent if 2 holds both. For a mixture of
#            experts: 2 the router, then gate, up and down of each expert
# A layer's `window` is the most keys that a query sees, its own included, or 0 for all.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  kv_heads : int
  head_dim : int
  epsilon : float
  gelu : bool
  experts_chosen : int
  experts_normalised : bool
  embedding_scale : float

  def map_file(self: __torch__.Decoder, path: str, count: int, dtype: int) -> Tensor:
    return __torch__.weights.map_file(path, count, dtype)

  def weight(self: __torch__.Decoder, file: Tensor, first: int, shape: List[int], dtype: int, device: str) -> Tensor:
    return __torch__.weights.tensor(file, first, shape, dtype, device)

  def fill(self: __torch__.Decoder, tensor: Tensor, first: int, numbers: Tensor) -> None:
    __torch__.weights.fill(tensor, first, numbers)
    return None

  def all_finite(self: __torch__.Decoder, x: Tensor) -> bool:
    return __torch__.weights.all_finite(x)

  # See linears.lay_out.
  def linear(self: __torch__.Decoder, kind: str, weight: Tensor, bias: Tensor, mixing: Tensor) -> __torch__.linears.Linear:
    return __torch__.linears.lay_out(kind, weight, bias, mixing)

  def hadamard(self: __torch__.Decoder, width: int, dtype: int) -> Tensor:
    return __torch__.linears.hadamard(width, dtype)

  def absent(self: __torch__.Decoder) -> __torch__.linears.Linear:
    return __torch__.linears.absent()

  # Joins the rows of several matrices, or the numbers of several vectors.
  def join(self: __torch__.Decoder, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  # Rows `rows` [m] of matrix [v, h] -> [m, h]
  def take_rows(self: __torch__.Decoder, matrix: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(matrix, 0, rows)

  def zeros(self: __torch__.Decoder, shape: List[int], dtype: int, device: str) -> Tensor:
    return torch.zeros(shape, dtype=dtype, device=torch.device(device))

  # Memory that is not written yet, which the system gives page by page. It must be written before it is read.
  def empty(self: __torch__.Decoder, shape: List[int], dtype: int, device: str) -> Tensor:
    return torch.empty(shape, dtype=dtype, device=torch.device(device))

  # A slot's part [K, c, d] of an arena [s, K, c, d], without a copy.
  def slot(self: __torch__.Decoder, arena: Tensor, index: int) -> Tensor:
    return arena.select(0, index)

  # Copies one layer of blocks [layers, 2, K, t, d], block after block, to the first places of keys and values
  # [K, n, d].
  def load_prefix(self: __torch__.Decoder, blocks: List[Tensor], layer: int, keys: Tensor, values: Tensor) -> None:
    __torch__.slots.load_prefix(blocks, layer, keys, values)
    return None

  # The reverse: copies places [first, ...) of keys and values to one layer of blocks.
  def save_prefix(self: __torch__.Decoder, blocks: List[Tensor], layer: int, first: int, keys: Tensor, values: Tensor) -> None:
    __torch__.slots.save_prefix(blocks, layer, first, keys, values)
    return None

  # Zeroes places [first, end) of one slot's part of keys and values [s, K, c, d].
  def clear_slot(self: __torch__.Decoder, keys: Tensor, values: Tensor, index: int, first: int, end: int) -> None:
    torch.zero_(keys.select(0, index).narrow(1, first, end - first))
    torch.zero_(values.select(0, index).narrow(1, first, end - first))
    return None

  # Rows [first, first + rows) of queries [H, n, d], without a copy.
  def rows(self: __torch__.Decoder, queries: Tensor, first: int, rows: int) -> Tensor:
    return queries.narrow(1, first, rows)

  # queries [r, H, d] -> [H, r, d], without a copy
  def heads_first(self: __torch__.Decoder, queries: Tensor) -> Tensor:
    return queries.transpose(0, 1)

  # tokens [n] -> hidden [n, h] in `dtype`
  def embed(self: __torch__.Decoder, table: Tensor, tokens: Tensor, dtype: int) -> Tensor:
    rows = torch.to(torch.embedding(table, tokens), dtype)
    if self.embedding_scale != 1.:
      rows = torch.mul_(rows, self.embedding_scale)
    return rows

  # positions [n] -> (cos, sin) [n, d], in the dtype of stored keys; see rope.angles
  def rotary(self: __torch__.Decoder, inverse_frequencies: Tensor, positions: Tensor, amplitudes: Tensor,
      dtype: int) -> Tuple[Tensor, Tensor]:
    return __torch__.rope.angles(inverse_frequencies, positions, amplitudes, dtype)

  # Writes rows [first, first + r) of queries [H, n, d], and rows [past + first, ...) of keys and values [K, c, d].
  def project(self: __torch__.Decoder, hidden: Tensor, first: int, rows: int, past: int, cos: Tensor, sin: Tensor,
      norms: List[Tensor], linears: List[__torch__.linears.Linear], queries: Tensor, keys: Tensor, values: Tensor) -> None:
    x = __torch__.layers.rms_norm(hidden.narrow(0, first, rows), norms[0], self.epsilon)
    c = torch.unsqueeze(cos.narrow(0, first, rows), 1)
    s = torch.unsqueeze(sin.narrow(0, first, rows), 1)
    q, k, v = self.query_key_value(x, c, s, norms, linears)
    torch.copy_(queries.narrow(1, first, rows), q.transpose(0, 1))
    torch.copy_(keys.narrow(1, past + first, rows), k.transpose(0, 1))
    torch.copy_(values.narrow(1, past + first, rows), v.transpose(0, 1))
    return None

  # Attention and MLP of rows [first, first + r), in place on hidden [n, h]. With `verticals` [K, V] the attention is
  # vertical-slash sparse: a band of `band` keys in tiles of 64, and those columns.
  def attend(self: __torch__.Decoder, hidden: Tensor, first: int, rows: int, past: int, queries: Tensor, keys: Tensor,
      values: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear], verticals: Tensor, band: int,
      window: int) -> None:
    q = queries.narrow(1, first, rows)
    visible = past + first + rows
    start = 0
    if window > 0:
      start = max(0, past + first + 1 - window)
    k = keys.narrow(1, start, visible - start)
    v = values.narrow(1, start, visible - start)
    if verticals.numel() > 0:
      mixed = __torch__.attention.vertical_slash(q, k, v, verticals, band)
    else:
      if window > 0 and visible - start > window:
        mixed = __torch__.attention.windowed(q, k, v, window)
      else:
        mixed = __torch__.attention.causal(q, k, v)
    x = hidden.narrow(0, first, rows)
    self.finish(x, torch.reshape(mixed.transpose(0, 1), [rows, -1]), norms, linears)
    return None

  # One token of each of b sequences, in place on hidden [b, h]; returns their queries [b, H, d]. `write` [b*K] are rows
  # of the arena seen as [s*K*c, d]. The slots are [first_slot, first_slot + b) unless `slots` names them. `lengths`
  # [b, K] is empty if every sequence and head holds `longest` keys. No key before place `first` is seen.
  def decode(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear], keys: Tensor,
      values: Tensor, write: Tensor, first_slot: int, slots: Tensor, first: int, longest: int, lengths: Tensor,
      window: int) -> Tensor:
    batch = hidden.size(0)
    q = self.remember(hidden, cos, sin, norms, linears, keys, values, write)
    mixed = __torch__.attention.step(q,
        __torch__.slots.cached(keys, batch, first_slot, slots, first, longest),
        __torch__.slots.cached(values, batch, first_slot, slots, first, longest), lengths, first, window)
    self.finish(hidden, mixed.reshape([batch, -1]), norms, linears)
    return q.view([batch, self.heads, self.head_dim])

  # One or more tokens of each of b sequences, in place on hidden [r, h]; the `counts` [b] rows of a sequence are
  # adjacent. Per sequence: `slots` [b], `starts` [b] the first place that a row sees, `longest` [b] the keys of its
  # fullest head afterwards. Per row: `lengths` [r, K] the keys that exist for it.
  def decode_chunks(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear],
      keys: Tensor, values: Tensor, write: Tensor, slots: List[int], counts: List[int], starts: List[int],
      longest: List[int], lengths: Tensor, window: int) -> None:
    q = self.remember(hidden, cos, sin, norms, linears, keys, values, write)
    mixed = __torch__.attention.chunks(q, keys, values, slots, counts, starts, longest, lengths, window)
    self.finish(hidden, mixed.reshape([hidden.size(0), -1]), norms, linears)
    return None

  # Returns the queries [r, K, G, d] of hidden [r, h]. Keys and values are written to rows `write` [r*K] of the arena.
  def remember(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear],
      keys: Tensor, values: Tensor, write: Tensor) -> Tensor:
    x = __torch__.layers.rms_norm(hidden, norms[0], self.epsilon)
    q, k, v = self.query_key_value(x, cos.unsqueeze(1), sin.unsqueeze(1), norms, linears)
    torch.index_copy_(keys.view([-1, self.head_dim]), 0, write, k.reshape([-1, self.head_dim]))
    torch.index_copy_(values.view([-1, self.head_dim]), 0, write, v.reshape([-1, self.head_dim]))
    return q.reshape([hidden.size(0), self.kv_heads, self.heads // self.kv_heads, self.head_dim])

  # normalised x [r, h] -> q [r, H, d], k and v [r, K, d], q and k rotated
  def query_key_value(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor,
      norms: List[Tensor], linears: List[__torch__.linears.Linear]) -> Tuple[Tensor, Tensor, Tensor]:
    joined = torch.view(__torch__.linears.multiply(x, linears[0]), [x.size(0), -1, self.head_dim])
    rotated = joined.narrow(1, 0, self.heads + self.kv_heads)
    if norms[1].numel() > 0:
      q = __torch__.layers.rms_norm(rotated.narrow(1, 0, self.heads), norms[1], self.epsilon)
      k = __torch__.layers.rms_norm(rotated.narrow(1, self.heads, self.kv_heads), norms[2], self.epsilon)
      rotated = torch.cat([q, k], 1)
    rotated = __torch__.rope.rotate(rotated, cos, sin)
    v = joined.narrow(1, self.heads + self.kv_heads, self.kv_heads)
    return (rotated.narrow(1, 0, self.heads), rotated.narrow(1, self.heads, self.kv_heads), v)

  # Output projection, residual and MLP: mixed [r, H*d] into hidden [r, h], in place.
  def finish(self: __torch__.Decoder, hidden: Tensor, mixed: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear]) -> None:
    __torch__.layers.add_branch(hidden, mixed, linears[1], norms[4], self.epsilon)
    x = __torch__.layers.rms_norm(hidden, norms[3], self.epsilon)
    if len(linears) > 5:
      torch.add_(hidden, __torch__.layers.mixture(x, linears, self.experts_chosen, self.experts_normalised, self.gelu))
    else:
      inner = __torch__.layers.gated(x, linears[2], linears[3], self.gelu)
      __torch__.layers.add_branch(hidden, inner, linears[4], norms[5], self.epsilon)
    return None

  # Rows [first, first + rows) of hidden [n, h] -> logits [rows, v] in float32; [rows, m] if the head keeps m tokens
  def logits(self: __torch__.Decoder, hidden: Tensor, first: int, rows: int, norm: Tensor, head: __torch__.linears.Linear) -> Tensor:
    x = __torch__.layers.rms_norm(hidden.narrow(0, first, rows), norm, self.epsilon)
    return __torch__.linears.logits(x, head)

  # Attention that the r queries [H, r, d], the first at key `position`, pay to keys [0, candidates) of [K, n, d].
  # See observe.scores for the reductions; [K, candidates], or [1, candidates] when heads are shared, float32.
  def observe(self: __torch__.Decoder, queries: Tensor, keys: Tensor, position: int, candidates: int, weights: Tensor,
      over_queries: int, over_heads: int, shared: bool, pool: int, block: int, window: int) -> Tensor:
    return __torch__.observe.scores(queries, keys, position, candidates, weights, over_queries, over_heads, shared,
        pool, block, window)

  # The last `count` of queries [H, m, d] followed by [H, r, d], or of the latter alone if there were none before.
  def last_queries(self: __torch__.Decoder, before: Tensor, queries: Tensor, any_before: bool, count: int) -> Tensor:
    joined = queries
    if any_before:
      joined = torch.cat([before, queries], 1)
    kept = min(count, joined.size(1))
    return torch.clone(joined.narrow(1, joined.size(1) - kept, kept))

  # Copies keys and values at `kept` [K, m] of [K, n, d] into the first m places of a slot of arenas [s, K, c, d].
  def gather(self: __torch__.Decoder, keys: Tensor, values: Tensor, kept: Tensor, arena_keys: Tensor,
      arena_values: Tensor, slot: int) -> None:
    __torch__.slots.gather(keys, kept, arena_keys.select(0, slot))
    __torch__.slots.gather(values, kept, arena_values.select(0, slot))
    return None
