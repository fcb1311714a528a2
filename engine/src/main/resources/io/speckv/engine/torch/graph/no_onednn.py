# Takes the place of onednn.py if libtorch is built without oneDNN. The trial at start fails here, so no layer is laid
# out for it.

def pack(weight: Tensor) -> Tensor:
  return torch.zeros([0], dtype=6)

def pack_int8(whole: Tensor) -> Tuple[Tensor, Tensor]:
  return (torch.zeros([0], dtype=1), torch.zeros([0], dtype=4))

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  return torch.full([x.size(0), 1], nan, dtype=6)

def linear_onto(x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
  return torch.full_like(y, nan)

def gated(x: Tensor, gate: Tensor, up: Tensor, gelu: bool) -> Tensor:
  return torch.full([x.size(0), 1], nan, dtype=6)

def linear_int8(x: Tensor, weight: Tensor, scales: Tensor, zero_points: Tensor) -> Tensor:
  return torch.full([x.size(0), scales.size(0)], nan, dtype=6)
