# Products with known results. Their operands are whole numbers small enough for float32 to add the products exactly.
class Trials(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The largest error of `rows` rows in `dtype` by a layer of `kind`, as a share of the largest result. Weights are
  # whole numbers of -5 to 5, which every format but int8 holds exactly.
  def whole(self: __torch__.Trials, kind: str, rows: int, dtype: int) -> Tensor:
    x = self.pattern(rows, 512, 7, 5, 2)
    weight = self.pattern(96, 512, 3, 11, 5)
    none = torch.zeros([0], dtype=6)
    layer = __torch__.linears.lay_out(kind, torch.to(weight, dtype), none, none)
    return self.error(torch.to(__torch__.linears.multiply(torch.to(x, dtype), layer), 6), x, weight)

  # The same for blocked int8. Unsigned bytes are 1 and 255 and weights are -127 and 127, in runs of one sign. Two
  # adjacent products then add up to as much as 64,770, far beyond the 16 bits that they are added in without a better
  # instruction.
  def blocked_int8(self: __torch__.Trials, rows: int) -> Tensor:
    x = torch.mul(self.signs(rows, 512, 3), 127.)
    weight = torch.mul(self.signs(96, 512, 5), 127.)
    whole, zero_points = __torch__.onednn.pack_int8(torch.to(weight, 1))
    none = torch.zeros([0], dtype=6)
    layer = __torch__.linears.Linear("blocked int8", whole, torch.ones([96], dtype=6), None, zero_points, none, None)
    return self.error(__torch__.linears.multiply_blocked_int8(x, layer), x, weight)

  # The same for packed int8, whose bytes have 7 bits. Two products add up to as much as 32,258, just below the limit of
  # 16 bits.
  def packed_int8(self: __torch__.Trials, rows: int) -> Tensor:
    x = torch.mul(self.signs(rows, 512, 3), 63.)
    weight = torch.mul(self.signs(96, 512, 5), 127.)
    none = torch.zeros([0], dtype=6)
    packed = __torch__.fbgemm.pack_int8(torch.to(weight, 1), torch.ones([96], dtype=6))
    layer = __torch__.linears.Linear("packed int8", none, none, None, none, none, packed)
    return self.error(__torch__.linears.multiply_packed_int8(x, layer), x, weight)

  # [rows, columns] of whole numbers of -middle to cycle - 1 - middle, different in every row
  def pattern(self: __torch__.Trials, rows: int, columns: int, step: int, cycle: int, middle: int) -> Tensor:
    places = torch.arange(rows * columns, dtype=4, device=torch.device("cpu")).view([rows, columns])
    return torch.to(torch.sub(torch.remainder(torch.mul(places, step), cycle), middle), 6)

  # [rows, columns] of -1 and 1 in runs of 8 columns; every row begins with a run of its own. The first row is 1
  # throughout.
  def signs(self: __torch__.Trials, rows: int, columns: int, step: int) -> Tensor:
    row = torch.arange(rows, dtype=4, device=torch.device("cpu")).unsqueeze(1)
    run = torch.floor_divide(torch.arange(columns, dtype=4, device=torch.device("cpu")), 8).unsqueeze(0)
    odd = torch.remainder(torch.mul(row, torch.add(torch.mul(run, step), row)), 2)
    return torch.rsub(torch.mul(torch.to(odd, 6), 2.), 1.)

  def error(self: __torch__.Trials, y: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    expected = torch.mm(x, torch.t(weight))
    return torch.max(torch.abs(torch.sub(y, expected))) / torch.max(torch.abs(expected))
