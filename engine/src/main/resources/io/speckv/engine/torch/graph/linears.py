# Linear layers: their layouts in memory, and their products. LinearKind.java has the names of the kinds, and
# Capabilities.java decides which of them a processor multiplies fast and exactly:
#   plain         weight [out, in] in x's format
#   blocked       the same in oneDNN's blocked order, which one row reads at memory speed, and a thousand no slower
#   blocked int8  int8 in oneDNN's order, mixed, scales [out], zero points [out], which oneDNN requires
#   half          fp16 in FBGEMM's order, times a power of two, scales [1]; x in float32
#   packed int8   int8 with its scales in FBGEMM's order, mixed; x in float32
#   narrow        weight [out, in] in bf16; x in float32
#   narrow int8   weight [out, in] in int8 with scales [out, blocks]; x in float32
#   absent        nothing: another layer has its rows
# Bias [out] has the format of the product. `mixing` [k, k] is the matrix that mixed a mixed weight. Parts that a kind
# lacks are empty.
class Linear(NamedTuple):
  kind : str
  weight : Tensor
  scales : Tensor
  bias : Optional[Tensor]
  zero_points : Tensor
  mixing : Tensor
  packed : Optional[__torch__.torch.classes.quantized.LinearPackedParamsBase]

def of_weight(kind: str, weight: Tensor, bias: Optional[Tensor]) -> __torch__.linears.Linear:
  none = weight.new_empty([0])
  return __torch__.linears.Linear(kind, weight, none, bias, none, none, None)

def absent() -> __torch__.linears.Linear:
  return __torch__.linears.of_weight("absent", torch.zeros([0]), None)

# Weight [out, in] as a layer of a kind; an empty bias means none. Kinds that mix are mixed by `mixing`, see hadamard. A
# plain or narrow layer keeps the given weight, other kinds copy it.
def lay_out(kind: str, weight: Tensor, bias: Tensor, mixing: Tensor) -> __torch__.linears.Linear:
  own = annotate(Optional[Tensor], None)
  if bias.numel() > 0:
    own = bias
  none = weight.new_empty([0])
  if kind == "blocked":
    return __torch__.linears.of_weight(kind, __torch__.onednn.pack(weight), own)
  if kind == "blocked int8":
    whole, scales = __torch__.linears.quantize(weight, weight.size(1), mixing)
    blocked, zero_points = __torch__.onednn.pack_int8(whole)
    return __torch__.linears.Linear(kind, blocked, scales.flatten(), own, zero_points, mixing, None)
  if kind == "packed int8":
    whole, scales = __torch__.linears.quantize(weight, weight.size(1), mixing)
    packed = __torch__.fbgemm.pack_int8(whole, scales.flatten())
    return __torch__.linears.Linear(kind, none, none, own, none, mixing, packed)
  if kind == "narrow int8":
    whole, scales = __torch__.linears.quantize(weight, 64, none)
    return __torch__.linears.Linear(kind, whole, scales, own, none, none, None)
  if kind == "half":
    return __torch__.linears.half(weight, own)
  return __torch__.linears.of_weight(kind, weight, own)

# Weight [out, in] in bf16 as fp16. bf16 has fewer bits (8) than fp16 (11), but a far larger range. All numbers are
# multiplied by the power of two that takes the largest to 2^14. Then numbers above 2^-31 of that are exact, and smaller
# ones are rounded in steps of 2^-38 of it. If a row is so small that this is coarser than float32's own rounding, the
# matrix stays narrow, and slow.
def half(weight: Tensor, bias: Optional[Tensor]) -> __torch__.linears.Linear:
  largest = torch.linalg_vector_norm(weight, inf, [1], True, dtype=6)
  scale = torch.exp2(torch.sub(14., torch.ceil(torch.log2(torch.clamp(torch.max(largest), 1e-30)))))
  smallest = torch.min(torch.where(torch.gt(largest, 0.), largest, inf))
  if float(torch.mul(smallest, scale)) < 0.5:
    return __torch__.linears.of_weight("narrow", weight, bias)
  none = weight.new_empty([0])
  packed = __torch__.fbgemm.pack_half(torch.mul_(torch.to(weight, 6, copy=True), scale))
  return __torch__.linears.Linear("half", none, torch.reciprocal(scale), bias, none, none, packed)

# A Hadamard matrix [k, k] over the root of k, which is its own inverse; k is the largest of 1, 4, 16 and 64 that
# divides `width`, so that its numbers are exact in every format. The product stays the same if both rows and weights
# are mixed by it. Real activations have numbers far larger than the rest. Mixing spreads such a number over k numbers,
# so one step of 8 bits is small beside the others (QuaRot, arXiv 2404.00456).
def hadamard(width: int, dtype: int) -> Tensor:
  h = torch.ones([1, 1], dtype=6)
  k = 1
  while k < 64 and width % (4 * k) == 0:
    for _ in range(2):
      h = torch.cat([torch.cat([h, h], 1), torch.cat([h, torch.neg(h)], 1)], 0)
    k = 4 * k
  return torch.to(torch.mul(h, float(k) ** -0.5), dtype)

# x [r, in] -> [r, in] in the format of hadamard [k, k], which mixes every k numbers of a row
def mix(x: Tensor, hadamard: Tensor) -> Tensor:
  if hadamard.numel() == 0:
    return x
  return torch.mm(torch.to(x, hadamard.dtype).reshape([-1, hadamard.size(0)]), hadamard).view(x.size())

# Weight [out, in], mixed by hadamard unless that is empty -> whole numbers of -127 to 127 and scales [out, in / block],
# symmetric per block of a row; one block per row if `block` does not divide it. It works on some rows at a time,
# because intermediate results take several times their memory.
def quantize(weight: Tensor, block: int, hadamard: Tensor) -> Tuple[Tensor, Tensor]:
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
    parts = __torch__.linears.mix(torch.to(weight.narrow(0, first, count), 6), torch.to(hadamard, 6)).view([count, blocks, -1])
    scale = torch.clamp_(torch.mul_(torch.linalg_vector_norm(parts, inf, [2], True), 1. / 127.), 1e-12)
    torch.copy_(scales.narrow(0, first, count), scale.squeeze(2))
    steps = torch.round_(torch.div(parts, scale))
    torch.copy_(whole.narrow(0, first, count), steps.view([count, -1]))
    first = first + count
  return (whole, scales)

# x [r, in] -> [r, out] in x's format
def multiply(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  if layer.kind == "blocked":
    return __torch__.onednn.linear(x, layer.weight, layer.bias)
  if layer.kind == "plain":
    return torch.linear(x, layer.weight, layer.bias)
  return torch.to(__torch__.linears.multiply_float32(x, layer), x.dtype)

# The same for the kinds whose products are in float32, whatever the format of x.
def multiply_float32(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  if layer.kind == "half":
    packed = layer.packed
    assert packed is not None
    y = __torch__.fbgemm.linear_half(torch.mul(x, layer.scales), packed)
  else:
    if layer.kind == "packed int8":
      y = __torch__.linears.multiply_packed_int8(x, layer)
    else:
      if layer.kind == "blocked int8":
        y = __torch__.linears.multiply_blocked_int8(x, layer)
      else:
        y = __torch__.linears.multiply_narrow(x, layer)
  bias = layer.bias
  if bias is not None:
    y = torch.add_(y, bias)
  return y

# x [r, in] in float32 by a narrow weight. Some 2 MB of its rows at a time are converted to float32, which is exact, and
# multiplied while they are in the cache. One row of x is as fast as with weights kept in float32, a thousand rows
# nearly so.
def multiply_narrow(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  weight = layer.weight
  out = weight.size(0)
  rows = min(out, max(16, 524288 // weight.size(1)))
  wide = torch.empty([rows, weight.size(1)], dtype=6)
  y = torch.empty([x.size(0), out], dtype=6)
  first = 0
  while first < out:
    count = min(rows, out - first)
    part = wide.narrow(0, 0, count)
    torch.copy_(part, weight.narrow(0, first, count))
    if layer.scales.numel() > 0:
      scales = layer.scales.narrow(0, first, count)
      torch.mul_(part.view([count, scales.size(1), -1]), scales.unsqueeze(2))
    columns = y.narrow(1, first, count)
    torch.addmm(columns, x, torch.t(part), beta=0, alpha=1, out=columns)
    first = first + count
  return y

# x [r, in] by a blocked int8 weight -> [r, out] in float32: mixed, rounded to 8 bits around 128 in steps of each row's
# own size, multiplied, and scaled back. Each row is rounded on its own, so that its result does not depend on the
# others.
def multiply_blocked_int8(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  mixed = __torch__.linears.mix(x, layer.mixing)
  largest = torch.linalg_vector_norm(mixed, inf, [1], True, dtype=6)
  scale = __torch__.linears.step(largest, 127.)
  # At this limit 8 bits lose 14 / 440 of a row's mean size, three times the loss for even numbers.
  most = torch.mul_(torch.linalg_vector_norm(x, 1, [1], True, dtype=6), 14. / float(x.size(1)))
  if x.size(0) == 1:
    return __torch__.linears.multiply_row_int8(x, mixed, float(largest), float(most), scale, layer)
  steps = torch.to(torch.add_(torch.round_(torch.mul(mixed, torch.reciprocal(scale))), 128.), 0)
  y = torch.mul_(__torch__.onednn.linear_int8(steps, layer.weight, layer.scales, layer.zero_points), scale)
  uneven = torch.nonzero(torch.gt(largest, most).squeeze(1)).squeeze(1)
  if uneven.numel() > 0:
    fine = __torch__.linears.multiply_two_digits(x.index_select(0, uneven), layer)
    y = torch.index_copy_(y, 0, uneven, fine)
  return y

# The same for one row, by half as many operators: each takes as long there as much of the product does. One operator
# divides, rounds, shifts and narrows, in the arithmetic of the above.
def multiply_row_int8(x: Tensor, mixed: Tensor, largest: float, most: float, scale: Tensor,
    layer: __torch__.linears.Linear) -> Tensor:
  # That operator refuses a step that is not finite. In two digits such a row becomes NaN.
  if largest <= most and largest < inf:
    steps = torch.int_repr(torch.quantize_per_tensor(torch.to(mixed, 6), float(scale), 128, 13))
    y = __torch__.onednn.linear_int8(steps, layer.weight, layer.scales, layer.zero_points)
    return torch.mul_(y, scale)
  return __torch__.linears.multiply_two_digits(x, layer)

# The same with 16 bits of every number, at twice the cost.
def multiply_two_digits(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  digits, scale = __torch__.linears.two_digits(torch.to(x, 6), torch.to(layer.mixing, 6), 127.)
  bytes = torch.to(torch.add_(torch.round_(digits), 128.), 0)
  both = __torch__.onednn.linear_int8(bytes, layer.weight, layer.scales, layer.zero_points)
  return __torch__.linears.add_digits(both, scale, 127.)

# x [r, in] in float32 by a packed int8 weight -> [r, out]. Without a better instruction, FBGEMM adds two products of
# bytes in 16 bits, which has room for products of 7 by 8 bits. So two digits of 7 bits each make a row as exact as its
# weights allow.
def multiply_packed_int8(x: Tensor, layer: __torch__.linears.Linear) -> Tensor:
  packed = layer.packed
  assert packed is not None
  digits, scale = __torch__.linears.two_digits(x, layer.mixing, 63.)
  return __torch__.linears.add_digits(__torch__.fbgemm.linear_int8(digits, packed), scale, 63.)

# x [r, in] mixed, as digits [2 r, in] of -most to most, the coarse ones of all rows first: x / scale = coarse + fine / (2 most),
# with the scale [r, 1] of each row. All in float32; the fine ones are not rounded yet.
def two_digits(x: Tensor, mixing: Tensor, most: float) -> Tuple[Tensor, Tensor]:
  rows = x.size(0)
  digits = torch.empty([2 * rows, x.size(1)], dtype=6)
  coarse = digits.narrow(0, 0, rows)
  fine = digits.narrow(0, rows, rows)
  if mixing.numel() == 0:
    torch.copy_(fine, x)
  else:
    k = mixing.size(0)
    mixed = fine.view([-1, k])
    torch.mm(x.reshape([-1, k]), mixing, out=mixed)
  scale = __torch__.linears.step(torch.linalg_vector_norm(fine, inf, [1], True), most)
  torch.div_(fine, scale)
  torch.round(fine, out=coarse)
  torch.mul_(torch.sub_(fine, coarse), 2. * most)
  return (digits, scale)

# Products [2 r, out] of two digits -> those of the numbers [r, out], in place
def add_digits(both: Tensor, scale: Tensor, most: float) -> Tensor:
  rows = scale.size(0)
  return torch.mul_(torch.add_(both.narrow(0, 0, rows), both.narrow(0, rows, rows), alpha=0.5 / most), scale)

# The size of a step if `most` steps reach the largest number of a row [r, 1]; overwrites nothing.
def step(largest: Tensor, most: float) -> Tensor:
  return torch.clamp_(torch.mul(largest, 1. / most), 1e-12)

# x [r, in] by the head, which has no bias -> logits [r, out] in float32. So few rows need logits that only reading the
# weights counts. So blocked int8 multiplies them in two digits, and they are not rounded to the format of activations.
def logits(x: Tensor, head: __torch__.linears.Linear) -> Tensor:
  if head.kind == "blocked int8":
    return __torch__.linears.multiply_two_digits(x, head)
  return torch.to(__torch__.linears.multiply(x, head), 6)
