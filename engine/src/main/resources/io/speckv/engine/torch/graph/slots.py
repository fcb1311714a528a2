# The first `longest` places of b slots of an arena [s, K, c, d] -> [b, K, longest, d]; a view when they are neighbours.
def cached(arena: Tensor, batch: int, first_slot: int, slots: Tensor, longest: int) -> Tensor:
  held = arena.narrow(2, 0, longest)
  if slots.numel() == 0:
    return held.narrow(0, first_slot, batch)
  return torch.index_select(held, 0, slots)

# Copies source [K, n, d] at `kept` [K, m] to the first m places of slot [K, c, d].
def gather(source: Tensor, kept: Tensor, slot: Tensor) -> None:
  index = kept.unsqueeze(2).expand([-1, -1, source.size(2)])
  torch.copy_(slot.narrow(1, 0, kept.size(1)), torch.gather(source, 1, index))
  return None
