# Rotary positions in Hugging Face's order: the first half of a head pairs with the second.

# positions [n], frequencies [d/2], or [n, d/2] if each row has its own -> (cos, sin) [n, d], times `amplitudes` [d/2]
# unless those are empty; computed in float32, because bf16 cannot tell positions above 256 apart. The sines of the
# first half are negative, as `rotate` needs them.
def angles(inverse_frequencies: Tensor, positions: Tensor, amplitudes: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  half = torch.mul(torch.unsqueeze(torch.to(positions, 6), 1), inverse_frequencies)
  cos = torch.cos(half)
  sin = torch.sin(half)
  if amplitudes.numel() > 0:
    cos = torch.mul_(cos, amplitudes)
    sin = torch.mul_(sin, amplitudes)
  return (torch.to(torch.cat([cos, cos], 1), dtype), torch.to(torch.cat([torch.neg(sin), sin], 1), dtype))

# x [r, heads, d], cos and sin [r, 1, d]
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = torch.floordiv(x.size(-1), 2)
  turned = torch.cat([x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1)
  return torch.add_(torch.mul(x, cos), torch.mul_(turned, sin))
