# Rotary positions in Hugging Face's order: the first half of a head pairs with the second.

# positions [n] -> (cos, sin) [n, d]; computed in float32, since bf16 cannot tell positions above 256 apart.
def angles(inverse_frequencies: Tensor, positions: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  half = torch.mul(torch.unsqueeze(torch.to(positions, 6), 1), inverse_frequencies.unsqueeze(0))
  angle = torch.cat([half, half], 1)
  return (torch.to(torch.cos(angle), dtype), torch.to(torch.sin(angle), dtype))

# x [r, heads, d], cos and sin [r, 1, d]
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = torch.floordiv(x.size(-1), 2)
  first = x.narrow(-1, 0, half)
  second = x.narrow(-1, half, half)
  turned = torch.cat([torch.neg(second), first], -1)
  return torch.add_(torch.mul(x, cos), torch.mul_(turned, sin))
