# A linear layer is a list: [0] weight, [1] scales [out] of an int8 weight, [2] bias [out], [3] zero points [out] of an int8
# weight; absent parts are empty.
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

# Weight [out, in] -> an int8 layer, symmetric per row; biases stay in float32.
def quantize(weight: Tensor, bias: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  rows = torch.to(weight, 6)
  scale = torch.clamp(torch.amax(torch.abs(rows), [1]) / 127., 1e-12)
  whole = torch.to(torch.round(rows / scale.unsqueeze(1)), 1)
  zero_points = torch.zeros([weight.size(0)], dtype=4)
  return (ops.onednn.qlinear_prepack(whole, [1, weight.size(1)]), scale, torch.to(bias, 6), zero_points)

# x [r, in] -> [r, out]
def linear(x: Tensor, layer: List[Tensor]) -> Tensor:
  if layer[1].numel() > 0:
    rows, scale = __torch__.layers.quantize_rows(x)
    return torch.to(__torch__.layers.linear_int8(rows, scale, layer), x.dtype)
  bias = annotate(Optional[Tensor], None)
  if layer[2].numel() > 0:
    bias = layer[2]
  if layer[0].is_mkldnn:
    return ops.mkldnn._linear_pointwise(x, layer[0], bias, "none", annotate(List[Optional[number]], []), "")
  return torch.linear(x, layer[0], bias)

# x [r, in] -> x / scale + 128 as unsigned bytes, and scale [r, 1]. Row by row, so that a row's result does not depend on
# the others.
def quantize_rows(x: Tensor) -> Tuple[Tensor, Tensor]:
  scale = torch.clamp_(torch.mul_(torch.linalg_vector_norm(x, inf, [1], True, dtype=6), 1. / 127.), 1e-12)
  # Half a step more, since the conversion cuts off.
  shifted = torch.add_(torch.div(x, scale), 128.5)
  return (torch.to(shifted, 0), scale)

# Quantised rows [r, in] and their scales [r, 1] -> [r, out] in float32: multiplied with unit scale, and scaled back.
def linear_int8(rows: Tensor, scale: Tensor, layer: List[Tensor]) -> Tensor:
  y = ops.onednn.qlinear_pointwise(rows, 1., 128, layer[0], layer[1], layer[3], None, 1., 0, 6, "none",
      annotate(List[Optional[number]], []), "")
  if layer[2].numel() > 0:
    return torch.addcmul(layer[2], y, scale)
  return torch.mul_(y, scale)

# hidden [r, out] += x [r, in] by layer, in place
def add_linear(hidden: Tensor, x: Tensor, layer: List[Tensor]) -> None:
  if layer[0].is_mkldnn and layer[1].numel() == 0 and layer[2].numel() == 0:
    torch.copy_(hidden, ops.mkldnn._linear_pointwise(x, hidden, layer[0], None, "add"))
  else:
    torch.add_(hidden, __torch__.layers.linear(x, layer))
  return None

# hidden [r, h] += silu(x by gate) * (x by up) by down, in place. oneDNN applies silu, product and sum while a result is
# still in registers; as operators of their own they take longer than the products (see docs/performance.md). In int8
# they run in float32, and `gate` holds the rows of both matrices: one product from rows that are quantised once.
def mlp(hidden: Tensor, x: Tensor, gate: List[Tensor], up: List[Tensor], down: List[Tensor]) -> None:
  if gate[1].numel() > 0:
    rows, scale = __torch__.layers.quantize_rows(x)
    both = __torch__.layers.linear_int8(rows, scale, gate)
    half = both.size(1) // 2
    inner = torch.mul_(torch.silu_(both.narrow(1, 0, half)), both.narrow(1, half, half))
  else:
    if gate[0].is_mkldnn:
      none = annotate(List[Optional[number]], [])
      inner = ops.mkldnn._linear_pointwise(x, gate[0], None, "swish", none, "")
      inner = ops.mkldnn._linear_pointwise(x, inner, up[0], None, "mul")
    else:
      inner = torch.silu(__torch__.layers.linear(x, gate)) * __torch__.layers.linear(x, up)
  __torch__.layers.add_linear(hidden, inner, down)
  return None
