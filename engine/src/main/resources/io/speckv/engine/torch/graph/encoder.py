# The encoder of BERT and XLM-RoBERTa with a head that classifies tokens, one layer of one sequence at a time.
#
# Axes: tokens n, heads H, head dimension d, hidden size h, intermediate size f, vocabulary v, positions p, types t.
# Every token attends to every other; norms come after the residual sums (post-norm).
#
# One layer's weights are passed as two lists (EncoderWeights.java makes them):
#   norms    0 weight and 1 bias of the norm after attention, 2 weight and 3 bias of the norm after the MLP; all [h]
#   linears  0 query, key and value as one, 1 attention's output, 2 MLP up, 3 MLP down
class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  epsilon : float

  def map_file(self: __torch__.Encoder, path: str, count: int, dtype: int) -> Tensor:
    return __torch__.weights.map_file(path, count, dtype)

  def weight(self: __torch__.Encoder, file: Tensor, first: int, shape: List[int], dtype: int, device: str) -> Tensor:
    return __torch__.weights.tensor(file, first, shape, dtype, device)

  def fill(self: __torch__.Encoder, tensor: Tensor, first: int, numbers: Tensor) -> None:
    __torch__.weights.fill(tensor, first, numbers)
    return None

  def all_finite(self: __torch__.Encoder, x: Tensor) -> bool:
    return __torch__.weights.all_finite(x)

  # See linears.lay_out.
  def linear(self: __torch__.Encoder, kind: str, weight: Tensor, bias: Tensor, mixing: Tensor) -> __torch__.linears.Linear:
    return __torch__.linears.lay_out(kind, weight, bias, mixing)

  def hadamard(self: __torch__.Encoder, width: int, dtype: int) -> Tensor:
    return __torch__.linears.hadamard(width, dtype)

  # Joins the rows of several matrices, or the numbers of several vectors.
  def join(self: __torch__.Encoder, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  def zeros(self: __torch__.Encoder, shape: List[int], dtype: int, device: str) -> Tensor:
    return torch.zeros(shape, dtype=dtype, device=torch.device(device))

  # tokens [n] -> hidden [n, h]: word [v, h], position [p, h] from row `first_position` on, and the first type of [t, h]
  def embed(self: __torch__.Encoder, tokens: Tensor, first_position: int, words: Tensor, positions: Tensor, types: Tensor,
      norm: Tensor, bias: Tensor) -> Tensor:
    x = torch.embedding(words, tokens) + positions.narrow(0, first_position, tokens.size(0))
    return self.layer_norm(x + types.select(0, 0), norm, bias)

  # hidden [n, h] -> [n, h], one layer up
  def layer(self: __torch__.Encoder, hidden: Tensor, norms: List[Tensor], linears: List[__torch__.linears.Linear]) -> Tensor:
    mixed = __torch__.linears.multiply(self.attention(hidden, linears[0]), linears[1])
    x = self.layer_norm(mixed + hidden, norms[0], norms[1])
    inner = self.up(x, linears[2])
    return self.layer_norm(__torch__.linears.multiply(inner, linears[3]) + x, norms[2], norms[3])

  # x [n, h] -> [n, f], through the exact GELU, x * (1 + erf(x / sqrt(2))) / 2, not its tanh approximation
  def up(self: __torch__.Encoder, x: Tensor, linear: __torch__.linears.Linear) -> Tensor:
    return torch.gelu(__torch__.linears.multiply(x, linear))

  # hidden [n, h] -> every token's mix of all tokens' values [n, h]
  def attention(self: __torch__.Encoder, hidden: Tensor, query_key_value: __torch__.linears.Linear) -> Tensor:
    n = hidden.size(0)
    joined = __torch__.linears.multiply(hidden, query_key_value).reshape([n, 3, self.heads, -1])
    # [n, 3, H, d] -> [3, 1, H, n, d]
    heads = torch.permute(joined, [1, 2, 0, 3]).unsqueeze(1)
    mixed = torch.scaled_dot_product_attention(heads.select(0, 0), heads.select(0, 1), heads.select(0, 2))
    return torch.reshape(mixed.squeeze(0).transpose(0, 1), [n, -1])

  # x [n, h], each row shifted to mean 0 and scaled to variance 1, times weight [h] plus bias [h]
  def layer_norm(self: __torch__.Encoder, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(1)], weight, bias, self.epsilon)

  # hidden [n, h] by head [2, h] -> probability of class 1 of each token [n], softmax in float32
  def keep(self: __torch__.Encoder, hidden: Tensor, head: Tensor, bias: Tensor) -> Tensor:
    logits = torch.to(torch.linear(hidden, head, bias), 6)
    return torch.clone(torch.softmax(logits, 1).select(1, 1))
