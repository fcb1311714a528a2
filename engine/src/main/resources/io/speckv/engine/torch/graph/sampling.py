# Chooses the tokens of a step where their logits are, as the classes of io.speckv.engine.sampling do on the host.
#
# Axes: rows n, rows of one block r, vocabulary v, changed logits m, alternatives a.
# A draw [5] is float64: temperature (0: the likeliest token), top-k, top-p, min-p, and the point in [0, 1) to draw at.
# A change [4] is float64: the place of a logit (row * v + token), and what LogitChanges does to it: bias, repetition
# penalty, amount subtracted.
class Sampling(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # logits [n, v] float32, draws [n, 5], changes [m, 4] -> [n, 3 + 2 * a] float64: the token, the highest logit after
  # the changes, the token's log probability, then log probabilities and ids of the likeliest tokens. The log
  # probabilities are those of the logits before the changes, and zero unless some row `reports` them.
  # `random`, `most_k` and `nucleus` say what any row asks for. `block` rows at a time are in float64.
  def choose(self: __torch__.Sampling, logits: Tensor, draws: Tensor, changes: Tensor, random: bool, most_k: int,
      nucleus: bool, reports: bool, alternatives: int, block: int) -> Tensor:
    changed = self.changed(logits, changes)
    chosen = annotate(List[Tensor], [])
    first = 0
    while first < logits.size(0):
      rows = min(block, logits.size(0) - first)
      own = changed.narrow(0, first, rows)
      tokens, highest = self.tokens(own, draws.narrow(0, first, rows), random, most_k, nucleus)
      told = self.log_probabilities(logits.narrow(0, first, rows), tokens, reports, alternatives)
      torch.append(chosen, torch.cat([torch.to(tokens, 7), torch.to(highest, 7), told], 1))
      first = first + rows
    return torch.cat(chosen, 0)

  # logits [n, v], changes [m, 4] -> [n, v]
  def changed(self: __torch__.Sampling, logits: Tensor, changes: Tensor) -> Tensor:
    if changes.size(0) == 0:
      return logits
    places = torch.to(changes.select(1, 0), 4)
    bias = torch.to(changes.select(1, 1), 6)
    repetition = changes.select(1, 2)
    flat = torch.clone(logits).view([-1])
    biased = torch.add(torch.index_select(flat, 0, places), bias)
    wide = torch.to(biased, 7)
    repeated = torch.where(torch.gt(wide, 0), torch.div(wide, repetition), torch.mul(wide, repetition))
    steered = torch.sub(torch.to(repeated, 6), torch.to(changes.select(1, 3), 6))
    forbidden = torch.isneginf(bias)
    torch.index_copy_(flat, 0, places, torch.where(forbidden, bias, steered))
    return flat.view_as(logits)

  # logits [r, v], draws [r, 5] -> (tokens [r, 1], the highest logits [r, 1])
  def tokens(self: __torch__.Sampling, logits: Tensor, draws: Tensor, random: bool, most_k: int,
      nucleus: bool) -> Tuple[Tensor, Tensor]:
    # Of equal ones the first. NaN is above everything.
    likeliest = torch.argmax(logits, 1, True)
    highest = torch.gather(logits, 1, likeliest)
    tokens = likeliest
    if random:
      drawn = self.drawn(self.weights(logits, highest, draws, most_k, nucleus), draws.narrow(1, 4, 1))
      draws_one = torch.logical_and(torch.gt(draws.narrow(1, 0, 1), 0), torch.isfinite(highest))
      tokens = torch.where(draws_one, drawn, likeliest)
    return (tokens, highest)

  # The likelihood of each token beside the likeliest one's, 0 for tokens that are filtered out: [r, v] float64. See
  # Distribution.
  def weights(self: __torch__.Sampling, logits: Tensor, highest: Tensor, draws: Tensor, most_k: int,
      nucleus: bool) -> Tensor:
    temperature = draws.narrow(1, 0, 1)
    divisor = torch.where(torch.gt(temperature, 0), temperature, torch.ones_like(temperature))
    below = torch.sub(torch.to(logits, 7), torch.to(highest, 7))
    weights = torch.exp(torch.div(below, divisor))
    if most_k > 0:
      weights = torch.mul(weights, self.highest_k(logits, draws.narrow(1, 1, 1), most_k))
    if nucleus:
      weights = torch.mul(weights, self.highest_mass(logits, weights, draws.narrow(1, 2, 1)))
    return torch.mul(weights, torch.ge(weights, draws.narrow(1, 3, 1)))

  # Whether each logit is among the k [r, 1] highest of its row, of equal ones the first; k is 0 for all.
  def highest_k(self: __torch__.Sampling, logits: Tensor, k: Tensor, most_k: int) -> Tensor:
    wanted = torch.to(k, 4)
    values, places = torch.topk(logits, most_k, 1, True, True)
    lowest = torch.gather(values, 1, torch.clamp(torch.sub(wanted, 1), 0, most_k - 1))
    above = torch.gt(logits, lowest)
    equal = torch.eq(logits, lowest)
    missing = torch.sub(wanted, torch.sum(above, [1], True))
    first = torch.logical_and(equal, torch.le(torch.cumsum(equal, 1), missing))
    return torch.logical_or(torch.logical_or(above, first), torch.eq(wanted, 0))

  # Whether each logit is among the fewest of the highest whose weights reach the share p [r, 1] of all weights.
  def highest_mass(self: __torch__.Sampling, logits: Tensor, weights: Tensor, p: Tensor) -> Tensor:
    left = torch.where(torch.gt(weights, 0), logits, torch.full_like(logits, -inf))
    ranked, order = torch.sort(left, stable=True, dim=1, descending=True)
    own = torch.gather(weights, 1, order)
    mass = torch.cumsum(own, 1)
    wanted = torch.mul(torch.sum(weights, [1], True), p)
    reached = torch.ge(torch.sub(mass, own), wanted)
    kept = torch.logical_or(torch.logical_not(reached), torch.ge(p, 1))
    return torch.scatter(torch.zeros_like(kept), 1, order, kept)

  # The tokens [r, 1] at the points [r, 1], if the weights [r, v] are laid end to end.
  def drawn(self: __torch__.Sampling, weights: Tensor, points: Tensor) -> Tensor:
    ends = torch.cumsum(weights, 1)
    total = ends.narrow(1, ends.size(1) - 1, 1)
    possible = torch.gt(weights, 0)
    beyond = torch.logical_and(torch.gt(ends, torch.mul(total, points)), possible)
    token = torch.argmax(torch.to(beyond, 0), 1, True)
    # Rounding may leave nothing beyond a point just below 1.
    last = torch.rsub(torch.argmax(torch.flip(torch.to(possible, 0), [1]), 1, True), weights.size(1) - 1)
    return torch.where(torch.gather(beyond, 1, token), token, last)

  # logits [r, v], tokens [r, 1] -> [r, 1 + 2 * a]; see choose
  def log_probabilities(self: __torch__.Sampling, logits: Tensor, tokens: Tensor, reports: bool,
      alternatives: int) -> Tensor:
    if not reports:
      return torch.zeros([logits.size(0), 1], dtype=7, device=logits.device)
    every = torch.log_softmax(torch.to(logits, 7), 1)
    own = torch.gather(every, 1, tokens)
    ranked, order = torch.sort(logits, stable=True, dim=1, descending=True)
    top = order.narrow(1, 0, alternatives)
    return torch.cat([own, torch.gather(every, 1, top), torch.to(top, 7)], 1)
