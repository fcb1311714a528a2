# Calls single functions of the graph's modules.
class AttentionProbe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def causal(self: __torch__.AttentionProbe, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return __torch__.attention.causal(q, k, v)

  # The same in bf16, of inputs rounded to it
  def causal_bf16(self: __torch__.AttentionProbe, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.to(__torch__.attention.causal(torch.to(q, 15), torch.to(k, 15), torch.to(v, 15)), 6)

  def vertical_slash(self: __torch__.AttentionProbe, q: Tensor, k: Tensor, v: Tensor, verticals: Tensor, band: int) -> Tensor:
    return __torch__.attention.vertical_slash(q, k, v, verticals, band)

  def windowed(self: __torch__.AttentionProbe, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    return __torch__.attention.windowed(q, k, v, window)

  def scores(self: __torch__.AttentionProbe, q: Tensor, k: Tensor, position: int, candidates: int, weights: Tensor,
      over_queries: int, over_heads: int, shared: bool, pool: int, block: int, window: int) -> Tensor:
    return __torch__.observe.scores(q, k, position, candidates, weights, over_queries, over_heads, shared, pool, block,
        window)
