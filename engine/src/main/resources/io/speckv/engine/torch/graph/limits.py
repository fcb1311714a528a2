# What the hardware can do at most, for benchmarks to compare with.
class Limits(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def normal(self: __torch__.Limits, rows: int, columns: int, dtype: int, device: str) -> Tensor:
    return torch.to(torch.randn([rows, columns], dtype=6, device=torch.device(device)), dtype)

  def pack(self: __torch__.Limits, weight: Tensor) -> Tensor:
    return __torch__.onednn.pack(weight)

  # x [r, in] by each of the packed weights [out, in]; returns one number, so that a caller waits for all of them
  def multiply(self: __torch__.Limits, x: Tensor, weights: List[Tensor]) -> float:
    kind = "plain"
    if weights[0].is_mkldnn:
      kind = "blocked"
    last = x
    for weight in weights:
      last = __torch__.linears.multiply(x, __torch__.linears.of_weight(kind, weight, None))
    return float(torch.sum(last.select(0, 0), dtype=6))

  # Reads every byte of x once.
  def read(self: __torch__.Limits, x: Tensor) -> float:
    return float(torch.sum(x))
