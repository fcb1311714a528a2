# Weights from mapped files.

# A file seen as `count` numbers of a dtype, mapped and read when touched.
def map_file(path: str, count: int, dtype: int) -> Tensor:
  return torch.from_file(path, False, count, dtype=dtype)

# One tensor of a mapped file, not copied unless dtype or device differ.
def tensor(file: Tensor, first: int, shape: List[int], dtype: int, device: str) -> Tensor:
  count = 1
  for size in shape:
    count = count * size
  return torch.to(torch.to(file.narrow(0, first, count).view(shape), dtype), torch.device(device))

# Copies `numbers` [m] to the places from `first` on of a tensor seen as one row.
def fill(tensor: Tensor, first: int, numbers: Tensor) -> None:
  torch.copy_(tensor.view([-1]).narrow(0, first, numbers.size(0)), numbers)
  return None

# The sum is in float32 inside. With fp16 it would overflow, so only fp16 is converted first, which takes memory.
def all_finite(x: Tensor) -> bool:
  if x.dtype == 5:
    return bool(torch.isfinite(torch.sum(x, dtype=6)))
  return bool(torch.isfinite(torch.sum(x)))
