# A linear layer is a list: [0] weight, [1] scales of an int8 weight, [2] bias [out], [3] zero points [out], which oneDNN asks
# for, [4] what a blocked int8 weight was mixed by [k, k]; absent parts are empty. Capabilities.java says which kind a processor multiplies fast and exactly:
#   plain         weight [out, in] in x's format
#   blocked       the same in oneDNN's blocked order (is_mkldnn): read as fast for one row as memory allows, and no slower
#                 for a thousand
#   blocked int8  int8 in oneDNN's order, mixed, scales [out]
#   narrow        weight [out, in] in bf16, or in int8 with scales [out, blocks]; x in float32

# x [..., h] scaled to unit root mean square, in float32 inside, times weight [h].
def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  return torch.rms_norm(x, [x.size(-1)], weight, epsilon)

# A Hadamard matrix [k, k] over the root of k, which is its own inverse; k is the largest of 1, 4, 16 and 64 that divides
# `width`, so that its numbers are exact in every format. Rows and weights that are both mixed by it give the same product, and a number far larger than the rest, as real
# activations have, is spread over k of them: one step of 8 bits is then small beside what the others say (QuaRot,
# arXiv 2404.00456).
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
# symmetric per block of a row; one block a row where `block` does not divide it. Some rows at a time, since what lies between
# takes several times their memory.
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
    parts = __torch__.layers.mix(torch.to(weight.narrow(0, first, count), 6), torch.to(hadamard, 6)).view([count, blocks, -1])
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
      return torch.to(__torch__.layers.linear_int8(x, layer), x.dtype)
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

# x [r, in] by a blocked int8 weight -> [r, out] in float32: mixed, rounded to 8 bits around 128 in steps of each row's own
# size, multiplied, and scaled back. Row by row, so that a row's result does not depend on the others.
def linear_int8(x: Tensor, layer: List[Tensor]) -> Tensor:
  mixed = __torch__.layers.mix(x, layer[4])
  largest = torch.linalg_vector_norm(mixed, inf, [1], True, dtype=6)
  scale = __torch__.layers.step(largest)
  steps = torch.to(torch.add_(torch.round_(torch.div(mixed, scale)), 128.), 0)
  y = torch.mul_(__torch__.onednn.linear_int8(steps, layer[0], layer[1], layer[3]), scale)
  # What 8 bits lose is 14 / 440 of a row's mean size here, three times what they lose of even numbers.
  usual = torch.linalg_vector_norm(x, 1, [1], True, dtype=6)
  uneven = torch.nonzero(torch.gt(largest, torch.mul_(usual, 14. / float(x.size(1)))).squeeze(1)).squeeze(1)
  if uneven.numel() > 0:
    fine = __torch__.layers.linear_two_digits(x.index_select(0, uneven), layer)
    y = torch.index_copy_(y, 0, uneven, fine)
  if layer[2].numel() > 0:
    y = torch.add_(y, layer[2])
  return y

# The same with 16 bits of every number, at twice the cost: x / scale = coarse + fine / 254, both multiplied as rows.
def linear_two_digits(x: Tensor, layer: List[Tensor]) -> Tensor:
  mixed = __torch__.layers.mix(torch.to(x, 6), torch.to(layer[4], 6))
  scale = __torch__.layers.step(torch.linalg_vector_norm(mixed, inf, [1], True))
  steps = torch.div(mixed, scale)
  coarse = torch.round(steps)
  fine = torch.round_(torch.mul_(torch.sub_(steps, coarse), 254.))
  digits = torch.to(torch.add_(torch.cat([coarse, fine]), 128.), 0)
  both = __torch__.onednn.linear_int8(digits, layer[0], layer[1], layer[3])
  rows = x.size(0)
  return torch.mul_(torch.add_(both.narrow(0, 0, rows), both.narrow(0, rows, rows), alpha=1. / 254.), scale)

# The size of one of 127 steps to the largest number of a row [r, 1]; overwrites nothing.
def step(largest: Tensor) -> Tensor:
  return torch.clamp_(torch.mul(largest, 1. / 127.), 1e-12)

# x [r, in] by the head, which has no bias -> logits [r, out] in float32. So few rows ask for them that reading the weights is
# all that counts: of int8 they are multiplied in two digits, and not rounded to the format of activations.
def logits(x: Tensor, head: List[Tensor]) -> Tensor:
  if head[0].is_mkldnn and head[1].numel() > 0:
    return __torch__.layers.linear_two_digits(x, head)
  return torch.to(__torch__.layers.linear(x, head), 6)

# hidden [r, out] += x [r, in] by layer, in place
def add_linear(hidden: Tensor, x: Tensor, layer: List[Tensor]) -> None:
  if layer[0].is_mkldnn and layer[1].numel() == 0 and layer[2].numel() == 0:
    torch.copy_(hidden, __torch__.onednn.linear_onto(x, hidden, layer[0]))
  else:
    torch.add_(hidden, __torch__.layers.linear(x, layer))
  return None

# hidden [r, h] += x [r, in] by layer, in place; normalised first where `norm` [h] is not empty
def add_branch(hidden: Tensor, x: Tensor, layer: List[Tensor], norm: Tensor, epsilon: float) -> None:
  if norm.numel() > 0:
    torch.add_(hidden, __torch__.layers.rms_norm(__torch__.layers.linear(x, layer), norm, epsilon))
  else:
    __torch__.layers.add_linear(hidden, x, layer)
  return None

# silu of x in place, or gelu in its approximation by tanh
def activate(x: Tensor, gelu: bool) -> Tensor:
  if gelu:
    return torch.gelu_(x, approximate="tanh")
  return torch.silu_(x)

# activation(x by gate) * (x by up) [r, f]. Where `up` is absent `gate` holds the rows of both matrices (blocked int8): one
# product of rows that are rounded once, in float32.
def gated(x: Tensor, gate: List[Tensor], up: List[Tensor], gelu: bool) -> Tensor:
  if len(up) == 0:
    both = __torch__.layers.linear_int8(x, gate)
    half = both.size(1) // 2
    return torch.mul_(__torch__.layers.activate(both.narrow(1, 0, half), gelu), both.narrow(1, half, half))
  if gate[0].is_mkldnn and gate[2].numel() == 0:
    return __torch__.onednn.gated(x, gate[0], up[0], gelu)
  inner = __torch__.layers.activate(__torch__.layers.linear(x, gate), gelu)
  return torch.mul_(inner, __torch__.layers.linear(x, up))

# x [r, h] by a mixture of experts -> [r, h]: linears [2] scores them, each row goes through the `chosen` best (gate, up and
# down of expert e from [3 + 3 e] on), and what comes out is added in proportion. Rows of one expert are multiplied together.
def mixture(x: Tensor, linears: List[List[Tensor]], chosen: int, normalised: bool, gelu: bool) -> Tensor:
  best = torch.topk(torch.softmax(__torch__.layers.linear(x, linears[2]), 1, dtype=6), chosen, 1)
  shares = best[0]
  if normalised:
    shares = torch.div(shares, torch.sum(shares, [1], True))
  picked = torch.reshape(best[1], [-1])
  order = torch.argsort(picked, stable=True, dim=0, descending=False)
  by_expert = torch.index_select(picked, 0, order)
  rows = torch.floor_divide(order, chosen)
  shares = torch.to(torch.index_select(torch.reshape(shares, [-1]), 0, order).unsqueeze(1), x.dtype)
  counts = torch.bincount(picked)
  mixed = torch.zeros_like(x)
  first = 0
  while first < picked.size(0):
    expert = int(torch.select(by_expert, 0, first))
    count = int(torch.select(counts, 0, expert))
    at = 3 + 3 * expert
    own = rows.narrow(0, first, count)
    inner = __torch__.layers.gated(torch.index_select(x, 0, own), linears[at], linears[at + 1], gelu)
    said = torch.to(__torch__.layers.linear(inner, linears[at + 2]), x.dtype)
    torch.index_add_(mixed, 0, own, torch.mul(said, shares.narrow(0, first, count)))
    first = first + count
  return mixed
