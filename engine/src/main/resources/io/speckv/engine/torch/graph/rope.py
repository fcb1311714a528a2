# Rotary positions in Hugging Face's order: the first half of a head pairs with the second.

# positions [n] -> (cos, sin) [n, d]; computed in float32, since bf16 cannot tell positions above 256 apart. The sines of
# the first half are negative, as `rotate` wants them.
def angles(inverse_frequencies: Tensor, positions: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  half = torch.mul(torch.unsqueeze(torch.to(positions, 6), 1), inverse_frequencies.unsqueeze(0))
  cos = torch.cos(half)
  sin = torch.sin(half)
  return (torch.to(torch.cat([cos, cos], 1), dtype), torch.to(torch.cat([torch.neg(sin), sin], 1), dtype))

# x [r, heads, d], cos and sin [r, 1, d]
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = torch.floordiv(x.size(-1), 2)
  turned = torch.cat([x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1)
  return torch.add_(torch.mul(x, cos), torch.mul_(turned, sin))
