// Linear layers whose weights are not trained.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace ctorch {

/// bfloat16 on a processor without products of it: such numbers are multiplied as float32, as which every product of two of
/// them is exact, and the result is rounded.
bool needs_float_products(const at::Tensor &x);

/// x · weightᵀ + bias, whose gradients flow to x alone.
///
/// weight is contiguous, or packed. transpose makes what it is transposed, packed likewise; it is called where there are
/// gradients.
at::Tensor frozen_linear(
    const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias,
    const std::function<at::Tensor()> &transpose);

}  // namespace ctorch
