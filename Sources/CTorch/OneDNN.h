// oneDNN's matrix products, through libtorch's operators.
#pragma once

#include <ATen/core/Tensor.h>

namespace ctorch {

/// Whether oneDNN multiplies bfloat16 on this processor. Where it does not, libtorch does, at a sixth of the rate of its
/// float32.
bool has_bfloat16_products();

/// x · weightᵀ + bias; the weight may be a packed one. Outside autograd.
at::Tensor onednn_linear(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias);

/// A weight [out, in], contiguous and in bfloat16, in the layout that products read.
at::Tensor pack(const at::Tensor &weight);

}  // namespace ctorch
