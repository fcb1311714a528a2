# Products by oneDNN, whose weights lie in its own blocked order. no_onednn.py takes its place if libtorch is built
# without oneDNN.

# weight [out, in] in blocked order
def pack(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(weight, 1)

# whole numbers [out, in] in blocked order; with zero points [out]
def pack_int8(whole: Tensor) -> Tuple[Tensor, Tensor]:
  return (ops.onednn.qlinear_prepack(whole, [1, whole.size(1)]), torch.zeros([whole.size(0)], dtype=4))

# x [r, in] -> [r, out]
def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

# x [r, in] -> [r, out] added to y [r, out]
def linear_onto(x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, y, weight, None, "add")

# silu(x by gate) * (x by up), or gelu. They are applied while a result is still in registers; as separate operators
# they take longer than the products (see docs/performance.md).
def gated(x: Tensor, gate: Tensor, up: Tensor, gelu: bool) -> Tensor:
  if gelu:
    inner = ops.mkldnn._linear_pointwise(x, gate, None, "gelu", annotate(List[Optional[number]], []), "tanh")
  else:
    inner = ops.mkldnn._linear_pointwise(x, gate, None, "swish", annotate(List[Optional[number]], []), "")
  return ops.mkldnn._linear_pointwise(x, inner, up, None, "mul")

# unsigned bytes [r, in] around 128, with unit scale -> [r, out] in float32
def linear_int8(x: Tensor, weight: Tensor, scales: Tensor, zero_points: Tensor) -> Tensor:
  return ops.onednn.qlinear_pointwise(x, 1., 128, weight, scales, zero_points, None, 1., 0, 6, "none",
      annotate(List[Optional[number]], []), "")
