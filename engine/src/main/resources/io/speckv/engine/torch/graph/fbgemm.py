# Products by FBGEMM, whose weights lie in its own order. They are for x86 processors without bf16 or VNNI, where oneDNN
# has nothing as fast. Elsewhere libtorch has the operators but cannot run them, so the trial at start fails.

# weight [out, in] in float32, of numbers in the range of fp16
def pack_half(weight: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  return ops.quantized.linear_prepack_fp16(weight, None)

# x [r, in] in float32 -> [r, out] in float32, added up in float32
def linear_half(x: Tensor, weight: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
  return ops.quantized.linear_dynamic_fp16(x, weight)

# whole numbers [out, in] in int8 with scales [out]
def pack_int8(whole: Tensor, scales: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  zero_points = torch.zeros([whole.size(0)], dtype=4)
  weight = torch._make_per_channel_quantized_tensor(whole, torch.to(scales, 7), zero_points, 0)
  return ops.quantized.linear_prepack(weight, None)

# whole numbers [r, in] of -64 to 63, in float32 -> [r, out] in float32
def linear_int8(x: Tensor, weight: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
  return ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1., 64, weight)
