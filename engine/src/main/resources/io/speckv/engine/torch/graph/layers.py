# A linear layer is a list: [0] weight, [1] scales [out] of an int8 weight, [2] bias [out]; absent parts are empty.
# On a CPU the weight lies in oneDNN's blocked order (is_mkldnn): read as fast for one row as memory allows, and no slower
# for a thousand. Elsewhere it is [out, in] as stored.

# x [..., h] scaled to unit root mean square, in float32 inside, times weight [h].
def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  return torch.rms_norm(x, [x.size(-1)], weight, epsilon)

# weight [out, in] in the order that the device reads fastest
def pack(weight: Tensor) -> Tensor:
  if weight.device.type == "cpu":
    return ops.mkldnn._reorder_linear_weight(weight, 1)
  return weight

# weight [out, in] -> symmetric int8 per row, packed, and its scales [out] in float32
def quantize(weight: Tensor) -> Tuple[Tensor, Tensor]:
  rows = torch.to(weight, 6)
  scale = torch.clamp(torch.amax(torch.abs(rows), [1]) / 127., 1e-12)
  whole = torch.to(torch.round(rows / scale.unsqueeze(1)), 1)
  return (ops.onednn.qlinear_prepack(whole, [1, weight.size(1)]), scale)

# x [r, in] -> [r, out]
def linear(x: Tensor, layer: List[Tensor]) -> Tensor:
  bias = annotate(Optional[Tensor], None)
  if layer[2].numel() > 0:
    bias = layer[2]
  if layer[1].numel() > 0:
    return __torch__.layers.linear_int8(x, layer[0], layer[1], bias)
  if layer[0].is_mkldnn:
    return ops.mkldnn._linear_pointwise(x, layer[0], bias, "none", annotate(List[Optional[number]], []), "")
  return torch.linear(x, layer[0], bias)

# Activations are quantised row by row, so that a row's result does not depend on the others: each row is divided by its
# own scale, multiplied with unit scale, and scaled back.
def linear_int8(x: Tensor, weight: Tensor, scales: Tensor, bias: Optional[Tensor]) -> Tensor:
  rows = torch.to(x, 6)
  scale = torch.clamp(torch.amax(torch.abs(rows), [1], True) / 127., 1e-12)
  whole = torch.to(torch.round(rows / scale) + 128., 0)
  one = torch.ones([1], dtype=6)
  middle = torch.full([1], 128, dtype=3)
  zero_points = torch.zeros([scales.size(0)], dtype=4)
  y = ops.onednn.qlinear_pointwise(whole, one, middle, weight, scales, zero_points, None, 1., 0, 6, "none",
      annotate(List[Optional[number]], []), "")
  y = torch.mul_(y, scale)
  if bias is not None:
    y = torch.add_(y, bias)
  return torch.to(y, x.dtype)

# hidden [r, out] += x [r, in] by layer, in place
def add_linear(hidden: Tensor, x: Tensor, layer: List[Tensor]) -> None:
  if layer[0].is_mkldnn and layer[1].numel() == 0 and layer[2].numel() == 0:
    torch.copy_(hidden, ops.mkldnn._linear_pointwise(x, hidden, layer[0], None, "add"))
  else:
    torch.add_(hidden, __torch__.layers.linear(x, layer))
  return None

# hidden [r, h] += silu(x by gate) * (x by up) by down, in place. oneDNN applies silu, product and sum while a result is
# still in registers; as operators of their own they take longer than the products (see docs/performance.md).
def mlp(hidden: Tensor, x: Tensor, gate: List[Tensor], up: List[Tensor], down: List[Tensor]) -> None:
  if gate[0].is_mkldnn and gate[1].numel() == 0:
    none = annotate(List[Optional[number]], [])
    inner = ops.mkldnn._linear_pointwise(x, gate[0], None, "swish", none, "")
    inner = ops.mkldnn._linear_pointwise(x, inner, up[0], None, "mul")
  else:
    inner = torch.silu(__torch__.layers.linear(x, gate)) * __torch__.layers.linear(x, up)
  __torch__.layers.add_linear(hidden, inner, down)
  return None
