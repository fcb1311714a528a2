# Compiles every function of no_onednn.py, on machines that have oneDNN.
class NoOneDnnProbe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def all(self: __torch__.NoOneDnnProbe, x: Tensor) -> Tensor:
    packed = __torch__.no_onednn.pack(x)
    whole, zero_points = __torch__.no_onednn.pack_int8(x)
    y = __torch__.no_onednn.linear(x, packed, None)
    y = __torch__.no_onednn.linear_onto(x, y, packed)
    y = torch.add(y, torch.sum(__torch__.no_onednn.gated(x, packed, packed, True)))
    return torch.add(y, torch.sum(__torch__.no_onednn.linear_int8(x, whole, packed, zero_points)))
