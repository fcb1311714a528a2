# linears.py for tests.
class LinearProbe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def weight(self: __torch__.LinearProbe, file: Tensor, first: int, shape: List[int], dtype: int, device: str) -> Tensor:
    return __torch__.weights.tensor(file, first, shape, dtype, device)

  def fill(self: __torch__.LinearProbe, tensor: Tensor, first: int, numbers: Tensor) -> None:
    __torch__.weights.fill(tensor, first, numbers)
    return None

  def quantize(self: __torch__.LinearProbe, weight: Tensor, block: int, hadamard: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.linears.quantize(weight, block, hadamard)

  # Blocked int8 of whole numbers [out, in] with scales [out], not mixed
  def blocked_int8(self: __torch__.LinearProbe, whole: Tensor, scales: Tensor) -> __torch__.linears.Linear:
    none = torch.zeros([0], dtype=6)
    blocked, zero_points = __torch__.onednn.pack_int8(whole)
    return __torch__.linears.Linear("blocked int8", blocked, scales, None, zero_points, none, None)

  def linear(self: __torch__.LinearProbe, kind: str, weight: Tensor, bias: Tensor, mixing: Tensor) -> __torch__.linears.Linear:
    return __torch__.linears.lay_out(kind, weight, bias, mixing)

  def hadamard(self: __torch__.LinearProbe, width: int, dtype: int) -> Tensor:
    return __torch__.linears.hadamard(width, dtype)

  def kind(self: __torch__.LinearProbe, layer: __torch__.linears.Linear) -> str:
    return layer.kind

  def multiply(self: __torch__.LinearProbe, x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
    return __torch__.linears.multiply(x, layer)
