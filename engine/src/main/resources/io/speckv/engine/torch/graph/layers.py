# A linear layer is a list: [0] weight, [1] scales of an int8 weight, [2] bias [out], [3] zero points [out], which oneDNN asks
# for; absent parts are empty. Products.java says which kind a processor multiplies fast and exactly:
#   plain         weight [out, in] in x's format
#   blocked       the same in oneDNN's blocked order (is_mkldnn): read as fast for one row as memory allows, and no slower
#                 for a thousand
#   blocked int8  int8 in oneDNN's order, scales [out]
#   narrow        weight [out, in] in bf16, or in int8 with scales [out, blocks]; x in float32

# x [..., h] scaled to unit root mean square, in float32 inside, times weight [h].
def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  return torch.rms_norm(x, [x.size(-1)], weight, epsilon)

# Weight [out, in] -> whole numbers of -127 to 127 and scales [out, in / block], symmetric per block of a row; one block a
# row where `block` does not divide it. Some rows at a time, since what lies between takes several times their memory.
def quantize(weight: Tensor, block: int) -> Tuple[Tensor, Tensor]:
  out = weight.size(0)
  blocks = 1
  if weight.size(1) % block == 0:
    blocks = weight.size(1) // block
  whole = torch.empty([out, weight.size(1)], dtype=1)
  scales = torch.empty([out, blocks], dtype=6)
  rows = max(1, 4194304 // weight.size(1))
  first = 0
  while first < out:
    count = min(rows, out - first)
    parts = torch.to(weight.narrow(0, first, count), 6).reshape([count, blocks, -1])
    scale = torch.clamp_(torch.mul_(torch.linalg_vector_norm(parts, inf, [2], True), 1. / 127.), 1e-12)
    torch.copy_(scales.narrow(0, first, count), scale.squeeze(2))
    steps = torch.round_(torch.div(parts, scale))
    torch.copy_(whole.narrow(0, first, count), steps.view([count, -1]))
    first = first + count
  return (whole, scales)

# x [r, in] -> [r, out]
def linear(x: Tensor, layer: List[Tensor]) -> Tensor:
  weight = layer[0]
  if weight.is_mkldnn:
    if layer[1].numel() > 0:
      digits, scale = __torch__.layers.digits(x)
      return torch.to(__torch__.layers.linear_int8(digits, scale, layer), x.dtype)
    return __torch__.onednn.linear(x, weight, __torch__.layers.bias(layer))
  if weight.dtype != x.dtype:
    return __torch__.layers.linear_narrow(x, layer)
  return torch.linear(x, weight, __torch__.layers.bias(layer))

def bias(layer: List[Tensor]) -> Optional[Tensor]:
  bias = annotate(Optional[Tensor], None)
  if layer[2].numel() > 0:
    bias = layer[2]
  return bias

# x [r, in] in float32 by a narrow weight: some 2 MB of its rows at a time become float32, which is exact, and are multiplied
# while they are in the cache. A single row of x is as fast as with weights kept in float32, a thousand nearly so.
def linear_narrow(x: Tensor, layer: List[Tensor]) -> Tensor:
  weight = layer[0]
  out = weight.size(0)
  rows = min(out, max(16, 524288 // weight.size(1)))
  wide = torch.empty([rows, weight.size(1)], dtype=6)
  y = torch.empty([x.size(0), out], dtype=6)
  first = 0
  while first < out:
    count = min(rows, out - first)
    part = wide.narrow(0, 0, count)
    torch.copy_(part, weight.narrow(0, first, count))
    if layer[1].numel() > 0:
      scales = layer[1].narrow(0, first, count)
      torch.mul_(part.view([count, scales.size(1), -1]), scales.unsqueeze(2))
    columns = y.narrow(1, first, count)
    torch.addmm(columns, x, torch.t(part), beta=0, alpha=1, out=columns)
    first = first + count
  if layer[2].numel() > 0:
    y = torch.add_(y, layer[2])
  return y

# x [r, in] -> two digits of every number in steps of scale [r, 1], and the scale: x / scale = coarse + fine / 254, digits
# [2r, in] the coarse ones of all rows and then the fine ones, as unsigned bytes of 1 to 255 around 128. One digit loses what
# lies beside the outlying numbers that real activations have; two keep 16 bits. Row by row, so that a row's result does not
# depend on the others.
def digits(x: Tensor) -> Tuple[Tensor, Tensor]:
  scale = torch.clamp_(torch.mul_(torch.linalg_vector_norm(x, inf, [1], True, dtype=6), 1. / 127.), 1e-12)
  steps = torch.div(x, scale)
  coarse = torch.round(steps)
  fine = torch.round_(torch.mul_(torch.sub_(steps, coarse), 254.))
  return (torch.to(torch.add_(torch.cat([coarse, fine]), 128.), 0), scale)

# Digits [2r, in] and scales [r, 1] -> [r, out] in float32: multiplied with unit scale, and scaled back.
def linear_int8(digits: Tensor, scale: Tensor, layer: List[Tensor]) -> Tensor:
  both = __torch__.onednn.linear_int8(digits, layer[0], layer[1], layer[3])
  rows = scale.size(0)
  y = torch.add_(both.narrow(0, 0, rows), both.narrow(0, rows, rows), alpha=1. / 254.)
  if layer[2].numel() > 0:
    return torch.addcmul(layer[2], y, scale)
  return torch.mul_(y, scale)

# hidden [r, out] += x [r, in] by layer, in place
def add_linear(hidden: Tensor, x: Tensor, layer: List[Tensor]) -> None:
  if layer[0].is_mkldnn and layer[1].numel() == 0 and layer[2].numel() == 0:
    torch.copy_(hidden, __torch__.onednn.linear_onto(x, hidden, layer[0]))
  else:
    torch.add_(hidden, __torch__.layers.linear(x, layer))
  return None

# hidden [r, h] += silu(x by gate) * (x by up) by down, in place. Where `up` is absent `gate` holds the rows of both
# matrices (blocked int8): one product of digits that are made once, in float32.
def mlp(hidden: Tensor, x: Tensor, gate: List[Tensor], up: List[Tensor], down: List[Tensor]) -> None:
  if len(up) == 0:
    digits, scale = __torch__.layers.digits(x)
    both = __torch__.layers.linear_int8(digits, scale, gate)
    half = both.size(1) // 2
    inner = torch.mul_(torch.silu_(both.narrow(1, 0, half)), both.narrow(1, half, half))
  else:
    if gate[0].is_mkldnn:
      inner = __torch__.onednn.gated(x, gate[0], up[0])
    else:
      inner = torch.mul_(torch.silu_(__torch__.layers.linear(x, gate)), __torch__.layers.linear(x, up))
  __torch__.layers.add_linear(hidden, inner, down)
  return None
