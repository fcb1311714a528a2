# The operations between the products of a layer, and operations of several products.

# x [..., h] scaled to unit root mean square, in float32 inside, times weight [h].
def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  return torch.rms_norm(x, [x.size(-1)], weight, epsilon)

# hidden [r, out] += x [r, in] by layer, in place
def add_linear(hidden: Tensor, x: Tensor, layer: __torch__.linears.Linear) -> None:
  if layer.kind == "blocked" and layer.bias is None:
    torch.copy_(hidden, __torch__.onednn.linear_onto(x, hidden, layer.weight))
  else:
    torch.add_(hidden, __torch__.linears.multiply(x, layer))
  return None

# hidden [r, h] += x [r, in] by layer, in place; the product is normalised first if `norm` [h] is not empty
def add_branch(hidden: Tensor, x: Tensor, layer: __torch__.linears.Linear, norm: Tensor, epsilon: float) -> None:
  if norm.numel() > 0:
    torch.add_(hidden, __torch__.layers.rms_norm(__torch__.linears.multiply(x, layer), norm, epsilon))
  else:
    __torch__.layers.add_linear(hidden, x, layer)
  return None

# silu of x, or gelu approximated by tanh, in place
def activate(x: Tensor, gelu: bool) -> Tensor:
  if gelu:
    return torch.gelu_(x, approximate="tanh")
  return torch.silu_(x)

# activation(x by gate) * (x by up) [r, f]. If `up` is absent, `gate` holds the rows of both matrices: one product, in
# float32, of rows that are rounded only once.
def gated(x: Tensor, gate: __torch__.linears.Linear, up: __torch__.linears.Linear, gelu: bool) -> Tensor:
  if up.kind == "absent":
    both = __torch__.linears.multiply_float32(x, gate)
    half = both.size(1) // 2
    return torch.mul_(__torch__.layers.activate(both.narrow(1, 0, half), gelu), both.narrow(1, half, half))
  if gate.kind == "blocked" and gate.bias is None:
    return __torch__.onednn.gated(x, gate.weight, up.weight, gelu)
  inner = __torch__.layers.activate(__torch__.linears.multiply(x, gate), gelu)
  return torch.mul_(inner, __torch__.linears.multiply(x, up))

# x [r, h] by a mixture of experts -> [r, h]. linears [2] scores the experts, each row goes through the `chosen` best
# (gate, up and down of expert e from [3 + 3 e] on), and their results are added in proportion to their scores. Rows of
# one expert are multiplied together.
def mixture(x: Tensor, linears: List[__torch__.linears.Linear], chosen: int, normalised: bool, gelu: bool) -> Tensor:
  best = torch.topk(torch.softmax(__torch__.linears.multiply(x, linears[2]), 1, dtype=6), chosen, 1)
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
    said = torch.to(__torch__.linears.multiply(inner, linears[at + 2]), x.dtype)
    torch.index_add_(mixed, 0, own, torch.mul(said, shares.narrow(0, first, count)))
    first = first + count
  return mixed
