# The most that the hardware can do, for benchmarks to compare with.
class Limits(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def normal(self: __torch__.Limits, rows: int, columns: int, dtype: int, device: str) -> Tensor:
    return torch.to(torch.randn([rows, columns], dtype=6, device=torch.device(device)), dtype)

  # weight [out, in] as a layer of a kind that mixes nothing
  def linear(self: __torch__.Limits, kind: str, weight: Tensor) -> __torch__.linears.Linear:
    none = weight.new_empty([0])
    return __torch__.linears.lay_out(kind, weight, none, none)

  # x [r, in] by each of the layers; returns one number, so that the caller waits for all products
  def multiply(self: __torch__.Limits, x: Tensor, layers: List[__torch__.linears.Linear]) -> float:
    last = x
    for layer in layers:
      last = __torch__.linears.multiply(x, layer)
    return float(torch.sum(last.select(0, 0), dtype=6))

  # Reads every byte of x once.
  def read(self: __torch__.Limits, x: Tensor) -> float:
    return float(torch.sum(x))
