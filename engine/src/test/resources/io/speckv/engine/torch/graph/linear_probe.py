# layers.py for tests, and what a WeightReader calls.
class LinearProbe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def weight(self: __torch__.LinearProbe, file: Tensor, first: int, shape: List[int], dtype: int, device: str) -> Tensor:
    return __torch__.weights.tensor(file, first, shape, dtype, device)

  def fill(self: __torch__.LinearProbe, tensor: Tensor, first: int, numbers: Tensor) -> None:
    __torch__.weights.fill(tensor, first, numbers)
    return None

  def pack(self: __torch__.LinearProbe, weight: Tensor) -> Tensor:
    return __torch__.onednn.pack(weight)

  def hadamard(self: __torch__.LinearProbe, width: int, dtype: int) -> Tensor:
    return __torch__.layers.hadamard(width, dtype)

  def quantize(self: __torch__.LinearProbe, weight: Tensor, block: int, hadamard: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.layers.quantize(weight, block, hadamard)

  def pack_int8(self: __torch__.LinearProbe, whole: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.onednn.pack_int8(whole)

  def linear(self: __torch__.LinearProbe, x: Tensor, layer: List[Tensor]) -> Tensor:
    return __torch__.layers.linear(x, layer)
