# Training of a decoder with Llama's or Qwen2's layers: the whole batch at once, with autograd, over float32 master
# weights.
#
# Axes: sequences b, tokens n, heads H, KV heads K, group G = H / K, head dimension d, hidden size h, vocabulary v,
# predicted positions m. Weights are one flat list in the order of WeightLayout.java: the embedding, 9 tensors per layer
# (12 if queries, keys and values have biases), the last norm, and the head if it is not the embedding. They are cast to
# `compute` here, so that gradients reach the master weights in float32.
class Training(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  kv_heads : int
  head_dim : int
  epsilon : float
  biases : int
  compute : int

  # Weighted mean cross-entropy of `expected` [m] at flattened places [m] of tokens [b, n].
  def cross_entropy(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor, amplitudes: Tensor,
      expected: Tensor, shares: Tensor, weights: List[Tensor]) -> Tensor:
    scores = torch.log_softmax(self.score(tokens, places, inverse_frequencies, amplitudes, weights), -1)
    chosen = torch.gather(scores, 1, expected.unsqueeze(1)).squeeze(1)
    return torch.neg(torch.dot(chosen, shares))

  # Weighted mean divergence from a teacher's logits [m, v] at the same places: KL(teacher || student).
  def kl(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor, amplitudes: Tensor,
      teacher: Tensor, shares: Tensor, weights: List[Tensor]) -> Tensor:
    student = torch.log_softmax(self.score(tokens, places, inverse_frequencies, amplitudes, weights), -1)
    goal = torch.log_softmax(teacher, -1)
    return torch.dot(torch.sum(torch.mul(torch.exp(goal), torch.sub(goal, student)), [1]), shares)

  # Weighted mean total variation distance, half the sum of |teacher - student|.
  def total_variation(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor, amplitudes: Tensor,
      teacher: Tensor, shares: Tensor, weights: List[Tensor]) -> Tensor:
    student = torch.softmax(self.score(tokens, places, inverse_frequencies, amplitudes, weights), -1)
    goal = torch.softmax(teacher, -1)
    return torch.dot(torch.sum(torch.abs(torch.sub(goal, student)), [1]) / 2., shares)

  # TVD++ of "Direct Alignment of Draft Model for Speculative Decoding": the gradient of total variation as a policy
  # gradient. Its reward 1[teacher > student] is centred and scaled by mean and deviation over all positions of this
  # call, so each part of a step in parts has its own. Centring changes no gradient, because probabilities sum to 1;
  # scaling weighs the parts. The expectation over the student's tokens is computed exactly. The value is not a
  # distance; only its gradient counts.
  def total_variation_reduced(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor,
      amplitudes: Tensor, teacher: Tensor, shares: Tensor, weights: List[Tensor]) -> Tensor:
    student = torch.softmax(self.score(tokens, places, inverse_frequencies, amplitudes, weights), -1)
    policy = torch.detach(student)
    reward = torch.to(torch.gt(torch.softmax(teacher, -1), policy), 6)
    mean = torch.dot(torch.sum(torch.mul(policy, reward), [1]), shares)
    deviation = torch.sqrt(torch.clamp(torch.mul(mean, torch.rsub(mean, 1.)), 0.0001))
    advantage = torch.div(torch.sub(reward, mean), deviation)
    return torch.neg(torch.dot(torch.sum(torch.mul(student, advantage), [1]), shares))

  # logits [m, v] in float32 at flattened places [m] of tokens [b, n]
  def score(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor, amplitudes: Tensor,
      weights: List[Tensor]) -> Tensor:
    positions = torch.arange(tokens.size(1), dtype=4, device=tokens.device)
    cos, sin = __torch__.rope.angles(inverse_frequencies, positions, amplitudes, self.compute)
    c = cos.unsqueeze(1)
    s = sin.unsqueeze(1)
    hidden = torch.to(torch.embedding(weights[0], tokens), self.compute)
    each = 9 + 3 * self.biases
    for layer in range(self.layers):
      hidden = self.layer(hidden, c, s, weights, 1 + each * layer)
    flat = torch.reshape(hidden, [-1, hidden.size(2)])
    x = self.norm(torch.index_select(flat, 0, places), weights[1 + each * self.layers])
    head = weights[0]
    if len(weights) > 2 + each * self.layers:
      head = weights[2 + each * self.layers]
    return torch.to(torch.linear(x, torch.to(head, self.compute)), 6)

  # hidden [b, n, h] through the layer whose weights begin at `w`
  def layer(self: __torch__.Training, hidden: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor], w: int) -> Tensor:
    batch = hidden.size(0)
    tokens = hidden.size(1)
    x = self.norm(hidden, weights[w])
    n = 1 + self.biases
    q = torch.view(self.project(x, weights, w + 1), [batch, tokens, self.heads, self.head_dim])
    k = torch.view(self.project(x, weights, w + 1 + n), [batch, tokens, self.kv_heads, self.head_dim])
    v = torch.view(self.project(x, weights, w + 1 + 2 * n), [batch, tokens, self.kv_heads, self.head_dim])
    mixed = self.attend(__torch__.rope.rotate(q, cos, sin), __torch__.rope.rotate(k, cos, sin), v)
    o = w + 1 + 3 * n
    after = torch.add(hidden, self.plain(mixed, weights[o]))
    y = self.norm(after, weights[o + 1])
    inner = torch.mul(torch.silu(self.plain(y, weights[o + 2])), self.plain(y, weights[o + 3]))
    return torch.add(after, self.plain(inner, weights[o + 4]))

  # causal attention of q [b, n, H, d] over k and v [b, n, K, d] -> [b, n, H*d]
  def attend(self: __torch__.Training, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    batch = q.size(0)
    tokens = q.size(1)
    group = self.heads // self.kv_heads
    grouped = torch.view(q, [batch, tokens, self.kv_heads, group, self.head_dim])
    rows = torch.reshape(torch.permute(grouped, [0, 2, 3, 1, 4]), [batch * self.kv_heads, group, tokens, self.head_dim])
    flat = [batch * self.kv_heads, tokens, self.head_dim]
    keys = __torch__.attention.per_group(torch.reshape(k.transpose(1, 2), flat), group)
    values = __torch__.attention.per_group(torch.reshape(v.transpose(1, 2), flat), group)
    mixed = torch.scaled_dot_product_attention(rows, keys, values, None, 0., True)
    apart = torch.view(mixed, [batch, self.kv_heads, group, tokens, self.head_dim])
    return torch.reshape(torch.permute(apart, [0, 3, 1, 2, 4]), [batch, tokens, self.heads * self.head_dim])

  def norm(self: __torch__.Training, x: Tensor, weight: Tensor) -> Tensor:
    return __torch__.layers.rms_norm(x, torch.to(weight, self.compute), self.epsilon)

  # x by the weight at `w`, plus the bias after it if there are biases
  def project(self: __torch__.Training, x: Tensor, weights: List[Tensor], w: int) -> Tensor:
    if self.biases > 0:
      return torch.linear(x, torch.to(weights[w], self.compute), torch.to(weights[w + 1], self.compute))
    return self.plain(x, weights[w])

  def plain(self: __torch__.Training, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x, torch.to(weight, self.compute))

  # The most probable token at each place [m].
  def predict(self: __torch__.Training, tokens: Tensor, places: Tensor, inverse_frequencies: Tensor, amplitudes: Tensor,
      weights: List[Tensor]) -> Tensor:
    return torch.argmax(self.score(tokens, places, inverse_frequencies, amplitudes, weights), 1)

  # One AdamW update in place, after scaling gradients to a norm of at most `clip`; gradients become zero. Matrices decay.
  # Returns the norm before clipping.
  def update(self: __torch__.Training, weights: List[Tensor], gradients: List[Tensor], means: List[Tensor],
      squares: List[Tensor], rate: float, beta1: float, beta2: float, decay: float, clip: float, step: int) -> Tensor:
    total = torch.zeros([], dtype=6, device=weights[0].device)
    for i in range(len(weights)):
      total = torch.add(total, torch.sum(torch.square(gradients[i])))
    norm = torch.sqrt(total)
    scale = torch.clamp(torch.reciprocal(torch.add(norm, 0.000001)) * clip, None, 1.)
    rate1 = rate / (1. - beta1 ** step)
    correction2 = (1. - beta2 ** step) ** 0.5
    for i in range(len(weights)):
      gradient = torch.mul(gradients[i], scale)
      torch.add_(torch.mul_(means[i], beta1), gradient, alpha=1. - beta1)
      torch.addcmul_(torch.mul_(squares[i], beta2), gradient, gradient, value=1. - beta2)
      if weights[i].dim() > 1:
        torch.mul_(weights[i], 1. - rate * decay)
      root = torch.add(torch.sqrt(squares[i]) / correction2, 0.00000001)
      torch.addcdiv_(weights[i], means[i], root, value=0. - rate1)
      torch.zero_(gradients[i])
    return norm
