# Places [first, longest) of b slots of an arena [s, K, c, d] -> [b, K, longest - first, d]; a view when they are neighbours.
def cached(arena: Tensor, batch: int, first_slot: int, slots: Tensor, first: int, longest: int) -> Tensor:
  held = arena.narrow(2, first, longest - first)
  if slots.numel() == 0:
    return held.narrow(0, first_slot, batch)
  return torch.index_select(held, 0, slots)

# Copies source [K, n, d] at `kept` [K, m] to the first m places of slot [K, c, d].
def gather(source: Tensor, kept: Tensor, slot: Tensor) -> None:
  index = kept.unsqueeze(2).expand([-1, -1, source.size(2)])
  torch.copy_(slot.narrow(1, 0, kept.size(1)), torch.gather(source, 1, index))
  return None

# See Decoder.load_prefix.
def load_prefix(blocks: List[Tensor], layer: int, keys: Tensor, values: Tensor) -> None:
  place = 0
  for block in blocks:
    pair = block.select(0, layer)
    torch.copy_(keys.narrow(1, place, pair.size(2)), pair.select(0, 0))
    torch.copy_(values.narrow(1, place, pair.size(2)), pair.select(0, 1))
    place = place + pair.size(2)
  return None

# See Decoder.save_prefix.
def save_prefix(blocks: List[Tensor], layer: int, first: int, keys: Tensor, values: Tensor) -> None:
  place = first
  for block in blocks:
    pair = block.select(0, layer)
    torch.copy_(pair.select(0, 0), keys.narrow(1, place, pair.size(2)))
    torch.copy_(pair.select(0, 1), values.narrow(1, place, pair.size(2)))
    place = place + pair.size(2)
  return None
